import type { Connection } from 'vscode-languageserver/node';
import type { Workspace } from '../workspace/workspace.ts';
import type { ClientFeatures } from './clientFeatures.ts';
import type { Log } from './guard.ts';
import type { Texts } from './texts.ts';
import type { Uris } from './uris.ts';

/** What every feature works with; made once per connection, when the editor has introduced itself. */
export interface LspContext {
  readonly connection: Connection;
  readonly log: Log;
  readonly client: ClientFeatures;
  readonly uris: Uris;
  readonly workspace: Workspace;
  readonly texts: Texts;
  /** URI of the directory with the pages of the rules, with a slash at its end. */
  readonly manual: string;
  /** Whether the workspace is trusted: read at each use, since trust comes later. */
  readonly trusted: () => boolean;
}
