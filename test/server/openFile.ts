import assert from 'node:assert/strict';
import { Editor, folderWith, type EditorOptions } from './editor.ts';
import { FLAKE } from './fixture.ts';

/** A file of a host that the editor has open. */
export interface OpenFile {
  readonly folder: ReturnType<typeof folderWith>;
  readonly editor: Editor;
  readonly uri: string;
  /** Starts an editor, opens the file, and waits for what is found in it. Each test does it once, or ends the one before. */
  start(options?: Partial<EditorOptions>): Promise<void>;
}

/** Hooks of a suite whose tests each work in `web.nix` of a folder of their own, and say nothing in the log. */
export function useOpenFile(text: string, others: Readonly<Record<string, string>> = {}): OpenFile {
  let folder: ReturnType<typeof folderWith>;
  let editor: Editor;
  setup(() => {
    folder = folderWith({ 'flake.nix': FLAKE, 'web.nix': text, ...others });
  });
  teardown(async () => {
    assert.deepEqual(editor.errors, []);
    await editor.end();
    folder.remove();
  });
  return {
    get folder() {
      return folder;
    },
    get editor() {
      return editor;
    },
    get uri() {
      return folder.uri('web.nix');
    },
    async start(options = {}) {
      editor = await Editor.start({ folders: [folder.path], ...options });
      await editor.open(this.uri, text);
      await editor.findings(this.uri, (_, version) => version === 1);
    },
  };
}
