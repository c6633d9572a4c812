import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { COMMANDS } from '../../../client/src/commands/ids.ts';
import { HOST_SETTING_NAMES, SETTING_DEFAULTS } from '../../../client/src/settings.ts';

interface Property {
  readonly type: string;
  readonly default: unknown;
  readonly scope: string;
  readonly additionalProperties?: { readonly properties: Record<string, { readonly type: string }> };
}

interface Menu {
  readonly command: string;
  readonly when?: string;
}

interface Step {
  readonly title: string;
  readonly description: string;
  readonly media: { readonly image?: string; readonly altText?: string; readonly markdown?: string };
  readonly completionEvents: string[];
}

interface Manifest {
  readonly main: string;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: string[] } };
  readonly contributes: {
    readonly commands: { readonly command: string; readonly title: string; readonly icon?: string }[];
    readonly menus: Record<string, Menu[]>;
    readonly configuration: { readonly properties: Record<string, Property> };
    readonly viewsWelcome: { readonly contents: string }[];
    readonly keybindings: Menu[];
    readonly walkthroughs: { readonly id: string; readonly steps: Step[] }[];
  };
}

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Manifest;
const properties = manifest.contributes.configuration.properties;

suite('package.json', () => {
  test('declares the settings that the client reads, with the same defaults', () => {
    const declared = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name.replace(/^keepsake\./, ''), property.default]),
    );
    assert.deepEqual(declared, SETTING_DEFAULTS);
  });

  test('declares types that the defaults have', () => {
    for (const [name, property] of Object.entries(properties)) {
      const type = Array.isArray(property.default) ? 'array' : typeof property.default;
      assert.equal(property.type, type, name);
    }
  });

  test('declares the fields of a host', () => {
    assert.deepEqual(Object.keys(properties['keepsake.hosts']?.additionalProperties?.properties ?? {}), [...HOST_SETTING_NAMES]);
  });

  test('restricts every setting that reaches a command line to trusted workspaces', () => {
    const harmless = /^keepsake\.(panel|inlayHints|trace)\./;
    assert.deepEqual(
      [...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
      Object.keys(properties)
        .filter((name) => !harmless.test(name))
        .sort(),
    );
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  });

  test('lets no folder set the ssh program for a single file', () => {
    for (const name of ['keepsake.ssh.path', 'keepsake.ssh.arguments']) assert.equal(properties[name]?.scope, 'machine-overridable');
  });

  test('declares the commands that have a handler', () => {
    assert.deepEqual(manifest.contributes.commands.map(({ command }) => command).sort(), Object.values(COMMANDS).sort());
  });

  test('uses only declared commands in menus and welcome texts', () => {
    const declared = new Set(manifest.contributes.commands.map(({ command }) => command));
    const used = Object.values(manifest.contributes.menus).flatMap((menu) => menu.map(({ command }) => command));
    const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    const texts = [
      ...manifest.contributes.viewsWelcome.map(({ contents }) => contents),
      ...steps.flatMap(({ description, completionEvents }) => [description, ...completionEvents.map((event) => event.replace(/^on/, ''))]),
    ];
    const linked = texts.flatMap((contents) => [...contents.matchAll(/command:(keepsake\.\w+)/gi)].map(([, id]) => id ?? ''));
    assert.ok(linked.length > 0);
    for (const command of [...used, ...linked, ...manifest.contributes.keybindings.map(({ command }) => command)])
      assert.ok(declared.has(command), command);
  });

  test('gives every inline button an icon', () => {
    const icons = new Map(manifest.contributes.commands.map(({ command, icon }) => [command, icon]));
    const inline = [...(manifest.contributes.menus['view/item/context'] ?? []), ...(manifest.contributes.menus['view/title'] ?? [])].filter(
      (item) => 'group' in item && /^(inline|navigation)/.test(String(item.group)),
    );
    assert.ok(inline.length > 0);
    for (const { command } of inline) assert.ok(icons.get(command), command);
  });

  test('has words for each picture of the walkthrough, keys that stay in their view, and a link to the walkthrough', () => {
    const { walkthroughs, keybindings, viewsWelcome } = manifest.contributes;
    for (const { title, media } of walkthroughs.flatMap(({ steps }) => steps))
      assert.ok(media.markdown !== undefined || (media.altText ?? '').length > 20, title);
    for (const { command, when } of keybindings) assert.match(when ?? '', /^focusedView == keepsake\.unsavedState && !inputFocus/, command);
    const link = encodeURIComponent(JSON.stringify(`keepsake.keepsake#${walkthroughs[0]?.id}`));
    assert.ok(viewsWelcome.some(({ contents }) => contents.includes(`command:workbench.action.openWalkthrough?${link}`)));
  });
});
