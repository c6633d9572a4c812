import type { WorkDoneProgressServerReporter } from 'vscode-languageserver/node';
import type { LspContext } from './context.ts';

/** A progress that the editor shows from `begin` on; null where it shows none, or refuses to: the work goes on without. */
export async function newProgress({ client, connection, log }: LspContext): Promise<WorkDoneProgressServerReporter | null> {
  if (!client.progress) return null;
  try {
    return await connection.window.createWorkDoneProgress();
  } catch (error) {
    log.info(`no progress is shown: ${String(error)}`);
    return null;
  }
}
