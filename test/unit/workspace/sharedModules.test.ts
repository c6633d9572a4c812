import assert from 'node:assert/strict';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';
import { MemoryFiles } from '../../support/coreFiles.ts';
import { grammarOnce } from '../../support/coreGrammar.ts';
import { generatedFleet } from '../../support/generatedFleet.ts';
import { Random } from '../../support/random.ts';
import { describeWorkspace } from './support.ts';

/** Modules that say things in the ways that matter to who may be left alone. */
const SPECIAL: Readonly<Record<string, string>> = {
  'modules/part0.nix': `{ config, lib, ... }:
let
  kept = [ "/var/lib/kept" ];
  true = config.my.part1.enable;
in
{
  options.my.part0.enable = lib.mkEnableOption "part 0";
  config = lib.mkMerge [
    { environment.persistence."/persist".directories = lib.mkIf config.my.part2.enable [ "/var/lib/two" { directory = "/var/lib/three"; } ]; }
    (lib.mkIf config.my.part0.enable { environment.persistence."/persist".directories = kept ++ (lib.optional (config.my.name == "one") "/var/lib/one"); })
    (lib.mkIf true { environment.persistence."/persist".files = [ "/etc/shadowed" ]; })
  ];
}
`,
  'modules/part1.nix': `{ config, lib, ... }:
{
  options.my.part1.enable = lib.mkOption { type = lib.types.bool; default = false; description = "One."; };
  options.my.name = lib.mkOption { type = lib.types.str; default = "one"; };
  options.my.names = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; };
  config.my.names = lib.mkIf config.my.part1.enable [ "a" "b" ];
  config.my.part2.enable = lib.mkDefault false;
  config.environment.persistence."/persist".directories = map (lib.removePrefix "x") (map (name: "x/srv/\${name}") config.my.names);
}
`,
};

/** Edits of one word or literal; null where a text has none. */
const EDITS: readonly ((text: string, random: Random) => string | null)[] = [
  // A letter more in a string.
  (text, random) => replaceOne(text, random, /"[^"\n]*"/g, (found) => `${found.slice(0, -1)}x"`),
  // A letter less.
  (text, random) => replaceOne(text, random, /"[^"\n]*x"/g, (found) => `${found.slice(0, -2)}"`),
  (text, random) => replaceOne(text, random, /\b(true|false)\b/g, (found) => (found === 'true' ? 'false' : 'true')),
  // A literal becomes one of another type, or none.
  (text, random) => replaceOne(text, random, /\btrue\b/g, () => 'null'),
  (text, random) => replaceOne(text, random, /\bnull\b/g, () => 'true'),
  (text, random) => replaceOne(text, random, /\[/g, () => 'lib.mkForce ['),
  (text, random) => replaceOne(text, random, /lib\.mkForce \[/g, () => '['),
  (text, random) => replaceOne(text, random, /= \[[^\]]*\];/g, () => '= { };'),
  (text, random) => replaceOne(text, random, /= \{ \};/g, () => '= [ "/var/again" ];'),
  (text, random) => replaceOne(text, random, /"[^"\n]*"/g, (found) => `(toString ${found})`),
  // What was known is not any more.
  (text, random) => replaceOne(text, random, /\[ "[^\]]*\]/g, () => 'config.nowhere'),
  // More and less in a list.
  (text, random) => replaceOne(text, random, /\[/g, () => '[ "/var/lib/more"'),
  (text, random) => replaceOne(text, random, /\[ "[^"]*"/g, () => '['),
  // Other switches.
  (text, random) => replaceOne(text, random, /\bpart\d\b/g, () => `part${random.below(6)}`),
  (text, random) => replaceOne(text, random, /mkIf/g, () => 'mkOrder 500'),
  (text, random) => replaceOne(text, random, /\n/g, () => '\n\n'),
];

function replaceOne(text: string, random: Random, pattern: RegExp, by: (found: string) => string): string | null {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return null;
  const { index, 0: found } = random.pick(matches);
  return text.slice(0, index) + by(found) + text.slice(index + found.length);
}

/** Names of the hosts that switch a module on. */
function havingOn(files: MemoryFiles, part: number): readonly string[] {
  return [...files.files].flatMap(([file, text]) => {
    const name = /hosts\/(.*)\.nix$/.exec(file)?.[1];
    return name !== undefined && (text as string).includes(`my.part${part}.enable = true`) ? [name] : [];
  });
}

function fleet(hosts: number, modules: number, special: Readonly<Record<string, string>> = {}): MemoryFiles {
  const texts = new Map([...generatedFleet(hosts, modules), ...Object.entries(special)]);
  return new MemoryFiles([...texts].map(([name, text]) => [`/fleet/${name}`, text] as const));
}

suite('workspace, modules that hosts share', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await grammarOnce;
  });

  const cold = (files: MemoryFiles): Workspace => new Workspace({ grammar, fileSystem: files, roots: ['/fleet'] });

  for (const seed of [1, 2, 3, 4])
    test(`after each edit says the same as one made anew (seed ${seed})`, function () {
      this.timeout(180_000);
      const random = new Random(seed);
      const files = fleet(3, 6, SPECIAL);
      const workspace = cold(files);
      workspace.analysis();
      const log: string[] = [];
      for (let step = 0; step < 40; step++) {
        const file = random.pick([...files.files.keys()]);
        const text = files.files.get(file) as string;
        const edited = random.pick(EDITS)(text, random);
        if (edited === null || grammar.parse(file, edited).broken) continue;
        log.push(`${file}:\n${edited}`);
        files.files.set(file, edited);
        workspace.openText(file, edited, step);
        if (random.chance(0.8)) assert.deepEqual(describeWorkspace(workspace), describeWorkspace(cold(files)), log.slice(-3).join('\n'));
      }
      assert.ok(log.length > 20, 'most edits fit');
    });

  /** Names of the hosts that an edit makes anew. */
  function madeAnew(files: MemoryFiles, name: string, from: string, to: string): readonly string[] {
    const file = `/fleet/${name}`;
    const text = files.files.get(file) as string;
    assert.ok(text.includes(from), `${name} has ${from}`);
    const workspace = cold(files);
    workspace.analysis();
    workspace.openText(file, text.replace(from, to), 1);
    // A host that was merely moved makes its live values anew when they are asked for.
    return workspace
      .analysis()
      .hosts.filter((host) => Object.getOwnPropertyDescriptor(host, 'configuration')?.get === undefined)
      .map((host) => host.name);
  }

  test('rules are worked out a host at a time, and a change in between is not missed', () => {
    const files = fleet(3, 6, SPECIAL);
    const changed = '/fleet/modules/part1.nix';
    const edited = (files.files.get(changed) as string).replace('default = false', 'default = true');
    // However many steps were done when the change comes.
    for (let steps = 0, done = false; !done; steps++) {
      const workspace = cold(files);
      const reading = workspace.reading();
      for (let i = 0; i < steps && !done; i++) done = reading.next().done === true;
      assert.ok(!done || steps > 6, 'each host is read and judged in a step of its own');
      workspace.openText(changed, edited, 1);
      while (!reading.next().done);
      const after = new MemoryFiles([...files.files, [changed, edited]]);
      assert.deepEqual(describeWorkspace(workspace), describeWorkspace(cold(after)));
    }
  });

  test('what a switch that is off stands over matters to those alone who have it on', () => {
    const files = fleet(4, 40);
    const on = havingOn(files, 13);
    assert.ok(on.length > 0 && on.length < 4);
    assert.deepEqual(madeAnew(files, 'modules/part13.nix', '/var/lib/service13', '/var/lib/other'), on);
  });

  test('what no host looks at matters to none', () => {
    const files = fleet(3, 6, SPECIAL);
    assert.deepEqual(madeAnew(files, 'modules/part4.nix', 'mkEnableOption "part 4"', 'mkEnableOption "part four"'), []);
    assert.deepEqual(madeAnew(files, 'modules/part4.nix', '"value 3 of', '"value three of'), []);
    assert.deepEqual(madeAnew(files, 'modules/part0.nix', '"/var/lib/two"', '"/var/lib/too"'), havingOn(files, 2));
  });

  test('a literal that becomes one of another type matters to all', () => {
    const files = fleet(4, 40);
    assert.equal(madeAnew(files, 'modules/part13.nix', '[ "/var/lib/service13" ]', '"/var/lib/service13"').length, 4);
  });
});
