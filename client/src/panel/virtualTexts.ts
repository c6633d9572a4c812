import * as vscode from 'vscode';

/** Texts that are no files here: content of files of hosts, plans, reports. Read-only, kept as long as they are open. */
export class VirtualTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  static readonly scheme = 'keepsake-text';
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registrations: readonly vscode.Disposable[];

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#registrations = [
      vscode.workspace.registerTextDocumentContentProvider(VirtualTexts.scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === VirtualTexts.scheme) this.#texts.delete(uri.toString());
      }),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** The URI under which a text can be opened. `path` names it, and by its ending its language; `about` tells apart what has one name. */
  put(path: string, about: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: VirtualTexts.scheme, path: path.startsWith('/') ? path : `/${path}`, query: about });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    return uri;
  }

  dispose(): void {
    for (const registration of this.#registrations) registration.dispose();
    this.#changed.dispose();
  }
}
