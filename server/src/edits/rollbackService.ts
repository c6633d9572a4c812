import { literalString, unparen, type Expr, type StringExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { definitionCall } from './calls.ts';
import { findDeclaration, lookup } from './declaration.ts';
import { entryElement } from './entryText.ts';
import { commentsWithin, indentAt } from './lines.ts';
import { newList } from './listInsert.ts';
import { detectStyle, type Style } from './style.ts';
import { unreadable } from './target.ts';
import type { EditProblem, TextEdit } from './textEdit.ts';

/** When the scripted initrd ran the commands of an option, in units of the systemd initrd (bootup(7), "Bootup in the initrd"). */
type Phase = 'before-root' | 'after-root';

const PHASES: ReadonlyMap<string, Phase> = new Map([
  ['postDeviceCommands', 'before-root'],
  ['postResumeCommands', 'before-root'],
  ['postMountCommands', 'after-root'],
]);

/** Programs that scripts use and the systemd initrd lacks, by package (nixpkgs initrd.nix: `initrdBin`, `extraBin`). */
const LACKING: ReadonlyMap<string, string> = new Map([
  ['find', 'findutils'],
  ['xargs', 'findutils'],
  ['grep', 'gnugrep'],
  ['sed', 'gnused'],
]);

const NAME = 'rollback';

/**
 * Edits that turn commands of the scripted initrd, bound at `range` (`boot.initrd.postDeviceCommands = lib.mkAfter ''…'';`), into a
 * service of the systemd initrd that runs at the same moment: once the pool is imported or the device is there, before the root is
 * mounted. A problem when that moment can't be told from the commands.
 */
export function rollbackService(source: NixSource, range: SourceRange): readonly TextEdit[] | EditProblem {
  const broken = unreadable(source);
  if (broken) return broken;
  const found = findDeclaration(source, range);
  const last = found?.binding.path.at(-1);
  const phase = last?.kind === 'static' ? PHASES.get(last.name) : undefined;
  if (!found || last?.kind !== 'static' || !phase) return { problem: 'The commands are no longer where they were.' };
  const style = detectStyle(source);
  const { content, conditions } = commandsOf(found.binding.value);
  const { value } = found.binding;
  if (conditions.length > 1 || commentsWithin(source, value).some(({ start, end }) => start < content.start || end > content.end))
    return { problem: 'The commands stand under conditions or comments that would lose their place.' };
  const script = content.kind === 'string' ? content : boundString(content, found.ancestors);
  if (!script) return { problem: "The commands are made by an expression, so that it can't be told when they have to run." };
  const text = commandText(source, script);
  const units = unitsFor(phase, text, last.name === 'postResumeCommands');
  if ('problem' in units) return units;
  const outer = indentAt(source.text, found.binding.start);
  const inner = outer + style.unit;
  const bin = lackingBin(text, found.ancestors, style);
  if (typeof bin === 'object') return bin;
  if (content.kind !== 'string' && (text.includes('/mnt-root') || text.includes('$targetRoot')))
    return { problem: 'The commands name the root as the scripted initrd does, /mnt-root; call it /sysroot there first.' };
  const written = content.kind === 'string' ? scriptText(source, content, inner, phase) : source.text.slice(content.start, content.end);
  const prefix = source.text.slice(found.binding.start, last.start);
  const guard = conditions.map(({ start, end }) => `${source.text.slice(start, end)} `).join('');
  const list = (items: readonly string[]): string =>
    newList(
      items.flatMap((item) => entryElement('file', item) ?? []),
      style,
      inner,
      'before = '.length,
    );
  const lines = [
    'description = "Roll back the root filesystem";',
    `wantedBy = ${list(['initrd.target'])};`,
    ...(units.requires.length > 0 ? [`requires = ${list(units.requires)};`] : []),
    `after = ${list(units.after)};`,
    `before = ${list(units.before)};`,
    'unitConfig.DefaultDependencies = false;',
    'serviceConfig.Type = "oneshot";',
    `script = ${written};`,
  ];
  const block = [`${guard}{`, ...lines.map((line) => inner + line), `${outer}}`].join(style.eol);
  return [
    { start: last.start, end: last.end, newText: `systemd.services.${NAME}` },
    { start: value.start, end: value.end, newText: block },
    ...(bin === '' ? [] : [{ start: found.binding.end, end: found.binding.end, newText: `${style.eol}${outer}${prefix}${bin}` }]),
  ];
}

/** The commands without `mkAfter` and the like, which mean nothing for a service, and the calls of `mkIf` over them. */
function commandsOf(value: Expr): { readonly content: Expr; readonly conditions: readonly SourceRange[] } {
  const conditions: SourceRange[] = [];
  let inner = unparen(value);
  for (;;) {
    const call = inner.kind === 'apply' ? definitionCall(inner) : null;
    if (call?.kind === 'conditional' && call.name === 'mkIf') conditions.push({ start: call.callee.start, end: call.condition.end });
    else if (call?.kind !== 'transparent') return { content: inner, conditions };
    inner = unparen(call.content);
  }
}

function boundString(expr: Expr, scopes: readonly Expr[]): StringExpr | null {
  const value = expr.kind === 'variable' ? lookup(expr.name, scopes)?.value : null;
  const inner = value ? unparen(value) : null;
  return inner?.kind === 'string' ? inner : null;
}

/** The commands with `…` for what is put in. */
function commandText(source: NixSource, script: StringExpr): string {
  return literalString(script) ?? script.parts.map((part) => (part.kind === 'text' ? part.text : programName(source, part.expr))).join('');
}

/** `${pkgs.zfs}/bin/` before a program reads as the program alone. */
function programName({ text }: NixSource, expr: Expr): string {
  return /^(?:pkgs\.|config\.boot\.zfs\.package$)/.test(text.slice(expr.start, expr.end)) ? '' : '…';
}

interface Units {
  readonly requires: readonly string[];
  readonly after: readonly string[];
  readonly before: readonly string[];
}

function unitsFor(phase: Phase, text: string, resumed: boolean): Units | EditProblem {
  if (phase === 'after-root') return { requires: [], after: ['initrd-fs.target'], before: ['initrd.target'] };
  const before = ['sysroot.mount'];
  // What was done after resuming from hibernation must not be done before it: it would change what the resumed system has open.
  const resume = resumed ? ['systemd-hibernate-resume.service'] : [];
  const pools = [...text.matchAll(/\bzfs\s+rollback\s+(?:-\w+\s+)*["']?([A-Za-z][\w.:-]*)[/@]/g)].map((match) => match[1] ?? '');
  if (pools.length > 0)
    return { requires: [], after: [...new Set(pools)].map((pool) => `zfs-import-${pool}.service`).concat(resume), before };
  if (/\bzfs\b/.test(text)) return { problem: "It can't be told which pool the commands need." };
  const devices = [...text.matchAll(/(?<![\w>])\/dev\/(?!null\b|zero\b|tty|console\b|stderr\b|stdout\b)[\w./:@+-]+/g)].map(
    ([device]) => device,
  );
  if (devices.length === 0 || text.includes('/dev/…')) return { problem: "It can't be told which device the commands need." };
  const units = [...new Set(devices)].map(deviceUnit);
  return { requires: units, after: [...units, ...resume], before };
}

/** systemd.unit(5), "String escaping": `/dev/disk/by-label/x` is `dev-disk-by\x2dlabel-x.device`. */
function deviceUnit(device: string): string {
  const escaped = device
    .slice(1)
    .replace(/\/+$/, '')
    .replace(/[^\w/:.]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `${escaped.replaceAll('/', '-')}.device`;
}

/** A binding of the initrd's options that brings missing programs into it; empty when none is missing. */
function lackingBin(text: string, scopes: readonly Expr[], style: Style): string | EditProblem {
  const used = [...LACKING].filter(([program]) => new RegExp(`(?:^|[\\s;|&(\`/])${program}\\s`, 'm').test(text));
  if (used.length === 0) return '';
  if (!lookup('pkgs', scopes)) {
    const programs = used.map(([program]) => program).join(', ');
    return { problem: `The commands use ${programs}, which the systemd initrd does not have, and \`pkgs\` is not at hand to add it.` };
  }
  const packages = [...new Set(used.map(([, name]) => `pkgs.${name}`))].join(' ');
  return `systemd.initrdBin = [${style.listPadding}${packages}${style.listPadding}];`;
}

/**
 * The string as it is written, its lines one step further in where that does not change it. Programs are called by name: their store
 * paths are not in the initrd, and the root has another name there.
 */
function scriptText(source: NixSource, string: StringExpr, indent: string, phase: Phase): string {
  const plain = source.text.slice(string.start, string.end).replace(/\$\{(?:pkgs\.[\w-]+|config\.boot\.zfs\.package)\}\/s?bin\//g, '');
  const written = phase === 'after-root' ? plain.replace(/\$targetRoot\b|\/mnt-root\b/g, '/sysroot') : plain;
  const lines = written.split('\n');
  const last = /^[ \t]*/.exec(lines.at(-1) ?? '')?.[0] ?? '';
  const step = indent.startsWith(last) ? indent.slice(last.length) : '';
  const whole = string.parts.every((part) => part.kind === 'text' || !source.text.slice(part.expr.start, part.expr.end).includes('\n'));
  // Nix takes blanks that all lines begin with off an indented string; tabs it does not, nor what stands behind the opening quotes.
  if (!string.indented || !whole || step.includes('\t') || lines.length < 2 || lines[0]?.trim() !== "''") return written;
  return lines.map((line, index) => (index === 0 || /^\r?$/.test(line) ? line : step + line)).join('\n');
}
