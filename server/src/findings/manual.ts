import type { Rule } from './rule.ts';

/** The address of a rule's page. `manual`: the URI of the directory with the pages, with a slash at its end. */
export function pageAddress(code: string, manual: string): string {
  return `${manual}${encodeURIComponent(code)}.md`;
}

/** The page of a rule in the manual, as Markdown. */
export function rulePage({ code, severity, page }: Pick<Rule, 'code' | 'severity' | 'page'>): string {
  const { title, what, why, fix, silence, sources } = page;
  return `# ${code}

**${title}.** Usually: ${severity}.

## What

${what}

## Why

${why}

## How to fix it

${fix}

## How to silence it

${silence}

For one place, in a comment at the end of its line or on a line of its own above it (then for the whole block that begins below):

\`\`\`nix
# keepsake: ignore ${code} the reason, in your words
\`\`\`

For the whole workspace, or at another severity, in \`keepsake.json\` beside the flake:

\`\`\`json
{ "severities": { "${code}": "off" } }
\`\`\`

## Where this comes from

${sources.map((source) => `- ${source}`).join('\n')}
`;
}

/** The list of all rules, as Markdown. */
export function ruleIndex(rules: readonly Rule[]): string {
  return `# Rules

What \`keepsake check\` and the editor tell. The severity is the usual one: a finding's own follows the loss.

| rule | usually | says |
|---|---|---|
${rules.map(({ code, severity, page }) => `| [${code}](${code}.md) | ${severity} | ${page.title} |`).join('\n')}

Severities, ignores, and state that only you know stand in [\`keepsake.json\`](../keepsake-json.md); what is known of state on NixOS in
the [catalogue](../catalogue.md).
`;
}
