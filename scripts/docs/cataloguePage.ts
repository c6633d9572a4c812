import type { EphemeralPattern, StateEntry, StatePath } from '../../server/src/catalogue/types.ts';

/** The manual's page of the catalogue: what is known of state, by scope, and of what is made anew. */
export function cataloguePage(state: readonly StateEntry[], ephemeral: readonly EphemeralPattern[]): string {
  const section = (scope: StateEntry['scope']): string =>
    state
      .filter((entry) => entry.scope === scope)
      .map(entryRow)
      .join('\n');
  return `# The catalogue

What Keepsake knows of state on NixOS: ${state.length} kinds of it, and ${ephemeral.length} patterns of paths that are made anew. The data is in
\`server/src/catalogue/state.json\` and \`ephemeral.json\`, one entry a line, in the form that \`state.schema.json\` and \`ephemeral.schema.json\` beside them say. To
add to it, add a line in the order of ids, name the module or manual that you read it in as \`source\`, run \`npm run docs\`, and send a pull request. What
only your machines have goes into [\`keepsake.json\`](keepsake-json.md), in the same form.

- **Loss**: critical (identity, keys, lock-out, what can't be made again), data (content), convenience, cache (need not be kept).
- **Options**: any of them implies the state; \`<name>\` and \`*\` stand for names that you give. In brackets: the option only hints at it, so that it is never told
  to be missing.
- **Places** with a star are below \`/var/lib/private\`, with a link at the short path (DynamicUser=). A place that depends on the state version is given for a
  current release; an option that says another place is honoured.

## Of the machine

| id | what | options | places | loss | what happens |
|---|---|---|---|---|---|
${section('system')}

## Of users

Places are below the home.

| id | what | options | places | loss | what happens |
|---|---|---|---|---|---|
${section('user')}

## Made anew

The longest matching pattern wins. \`*\` stays inside one component, a last \`**\` is a directory and everything below it, \`~\` any home.

| pattern | need not be kept | why |
|---|---|---|
${ephemeral.map(patternRow).join('\n')}
`;
}

function entryRow({ id, title, options, hmOptions = [], always, implied, paths, pathOption, severity, loss }: StateEntry): string {
  const names = [...options, ...hmOptions.map((option) => `home-manager: ${option}`)].map(code).join(', ');
  const causes = always === true ? 'always' : implied === false && names !== '' ? `[${names}]` : names;
  const places = [...paths.map(place), ...(pathOption === undefined ? [] : [`by ${code(pathOption)}`])].join(', ');
  return `| ${cell(id)} | ${cell(title)} | ${causes} | ${places} | ${severity} | ${cell(loss)} |`;
}

function place({ path, kind, mode, user, dynamicUser }: StatePath): string {
  const facts = [kind === 'file' ? 'file' : null, user ?? null, mode ?? null].filter((fact) => fact !== null);
  return `${code(path)}${dynamicUser === true ? '*' : ''}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

function patternRow({ pattern, safe, reason, dependsOn }: EphemeralPattern): string {
  const verdict = safe === true ? 'yes' : safe === false ? 'no, it is state' : 'it depends';
  return `| ${code(pattern)} | ${verdict} | ${cell(reason)}${dependsOn === undefined ? '' : ` Only when: ${cell(dependsOn)}.`} |`;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** Text in a cell: no markup of its own, and no end of the cell. */
function cell(text: string): string {
  return text.replaceAll('\n', ' ').replace(/[|<>*_`]/g, (char) => `\\${char}`);
}
