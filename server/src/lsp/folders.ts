import { DidChangeWatchedFilesNotification, FileChangeType, WatchKind, type InitializeParams } from 'vscode-languageserver/node';
import type { FileSystem } from '../workspace/fileSystem.ts';
import { KEEPSAKE_JSON } from '../workspace/keepsakeJson.ts';
import type { LspContext } from './context.ts';
import { guard } from './guard.ts';
import type { Uris } from './uris.ts';

/** The folders that the editor opened, as paths; those of other schemes are left out. */
export function rootsOf(uris: Uris, params: Pick<InitializeParams, 'workspaceFolders' | 'rootUri'>): readonly string[] {
  const folders = params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []);
  return folders.flatMap((uri) => uris.pathOf(uri) ?? []).map(withoutSlash);
}

/** Carries what happens to files and folders into the workspace. `changed` is called after each. */
export function followFiles(context: LspContext, fileSystem: Pick<FileSystem, 'kindOf'>, changed: () => void): void {
  const { connection, workspace, uris, client, log } = context;
  connection.onDidChangeWatchedFiles(
    guard(log, 'files changed', ({ changes }) => {
      const events = changes.flatMap(({ uri, type }) => {
        const path = uris.pathOf(uri);
        return path === null ? [] : [{ path, type }];
      });
      const edited = events.filter(({ path, type }) => type === FileChangeType.Changed && isFollowed(path)).map(({ path }) => path);
      // A folder that is renamed or deleted is one event, without any for the files in it.
      const { hosts } = workspace.lastAnalysis().analysis;
      const wasFolder = (path: string): boolean => hosts.some(({ files }) => files.some((file) => file.startsWith(`${path}/`)));
      const cameOrWent = events.some(({ path, type }) => {
        if (type === FileChangeType.Changed) return false;
        if (isFollowed(path) || mayBeFolder(path)) return true;
        return type === FileChangeType.Created ? fileSystem.kindOf(path) === 'directory' : wasFolder(path);
      });
      if (cameOrWent) workspace.structureChanged();
      if (edited.length > 0) workspace.filesChanged(edited);
      if (cameOrWent || edited.length > 0) changed();
    }),
  );
  if (client.workspaceFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(
      guard(log, 'folders changed', ({ added, removed }) => {
        const gone = new Set(removed.flatMap(({ uri }) => uris.pathOf(uri) ?? []).map(withoutSlash));
        const come = added.flatMap(({ uri }) => uris.pathOf(uri) ?? []).map(withoutSlash);
        workspace.setRoots([...new Set([...workspace.roots.filter((root) => !gone.has(root)), ...come])]);
        changed();
      }),
    );
  }
}

/** Asks the editor to tell of files that change on disk. */
export async function watchFiles({ connection, client }: LspContext): Promise<void> {
  if (!client.watchedFiles) return;
  const watchers = [
    { globPattern: '**/*.nix' },
    { globPattern: `**/{flake.lock,${KEEPSAKE_JSON}}` },
    { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
  ];
  await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
}

/** A file that the workspace reads. */
function isFollowed(path: string): boolean {
  return path.endsWith('.nix') || path.endsWith('/flake.lock') || path.endsWith(`/${KEEPSAKE_JSON}`);
}

/** By its name, whether it is there or not; folders that are called like files (`web.example.org`) are told otherwise. */
function mayBeFolder(path: string): boolean {
  return !/\.[A-Za-z0-9]{1,8}$/.test(path);
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
