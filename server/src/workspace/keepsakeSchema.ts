import ephemeral from '../catalogue/ephemeral.schema.json';
import state from '../catalogue/state.schema.json';
import { RULES } from '../findings/rules.ts';
import type { JsonSchema } from './jsonSchema.ts';

const PATTERNS: JsonSchema = { type: 'array', items: { type: 'string', pattern: '^(/|~/|\\*\\*/)' } };

const SEVERITY: JsonSchema = {
  type: 'string',
  enum: ['error', 'warning', 'information', 'hint', 'off'],
  description: 'How the finding is told; off: not at all.',
};

/** The JSON schema of `keepsake.json`. `npm run docs` writes it for editors; the reader judges by it. */
export function keepsakeSchema(): JsonSchema & {
  readonly $schema: string;
  readonly allowComments: true;
  readonly allowTrailingCommas: true;
} {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    // Keywords of VS Code's: it complains of neither, as the reader does not.
    allowComments: true,
    allowTrailingCommas: true,
    title: 'Keepsake',
    description: 'What a team shares about the machines of this flake: hosts, what is ignored, severities, and state that only you know.',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string', description: 'Address of this schema, for editors.' },
      hosts: {
        type: 'object',
        description: 'Machines by the name that nixosConfigurations gives them.',
        additionalProperties: {
          type: 'object',
          additionalProperties: false,
          properties: {
            ssh: {
              type: 'string',
              minLength: 1,
              description: 'Where ssh connects to: a host, user@host, or a name of your ssh configuration.',
            },
            dataset: { type: 'string', minLength: 1, description: 'ZFS dataset of the root, when the configuration does not say it.' },
            snapshot: { type: 'string', minLength: 1, description: 'The blank snapshot of it, without the dataset.' },
            ignore: { ...PATTERNS, description: 'Paths of this machine that may be lost, as patterns.' },
          },
        },
      },
      ignore: {
        ...PATTERNS,
        description:
          'Paths that may be lost: absolute, ~/ for any home; * stays inside one component, a last /** is a directory and all below it.',
      },
      severities: {
        type: 'object',
        description: 'Other severities of rules.',
        additionalProperties: false,
        properties: Object.fromEntries(
          RULES.map(({ code, page }) => [code, { ...SEVERITY, description: `${page.title}. ${SEVERITY.description}` }]),
        ),
      },
      silence: {
        type: 'array',
        description: 'Findings that are not told.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['code', 'reason'],
          properties: {
            code: { type: 'string', enum: RULES.map(({ code }) => code), description: 'The rule.' },
            host: { type: 'string', minLength: 1, description: 'Only of this machine.' },
            path: { type: 'string', pattern: '^(/|~/|\\*\\*/)', description: 'Only of paths that match this pattern.' },
            file: { type: 'string', minLength: 1, description: 'Only in this file or directory, relative to this one.' },
            reason: { type: 'string', minLength: 1, description: 'Why, in your words.' },
          },
        },
      },
      state: {
        ...(state as JsonSchema),
        description: 'State that the catalogue does not know, in its form; an id of the catalogue replaces its entry.',
      },
      ephemeral: { ...(ephemeral as JsonSchema), description: 'What is made anew and need not be kept, in the form of the catalogue.' },
    },
  };
}
