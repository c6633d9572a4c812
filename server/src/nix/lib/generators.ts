import type { Table } from '../arguments.ts';
import { external } from '../value.ts';
import { tagged } from './conditions.ts';

/** What is known of nixpkgs lib/generators.nix: texts of other formats, in which nothing of a configuration hides, are not made. */
export const GENERATORS: Table = [
  ['mkLuaInline', 1, (_, expr) => tagged('lua-inline', { expr })],
  ...(
    [
      ['toINI', 2],
      ['toINIWithGlobalSection', 2],
      ['toGitINI', 1],
      ['toKeyValue', 2],
      ['toJSON', 2],
      ['toYAML', 2],
      ['toPretty', 2],
      ['toPlist', 2],
      ['toDhall', 2],
      ['toLua', 2],
      ['mkKeyValueDefault', 4],
      ['mkValueStringDefault', 2],
      ['toDconfINI', 1],
    ] as const
  ).map(([name, arity]) => [name, arity, () => external(`the text of lib.generators.${name}`)] as const),
];
