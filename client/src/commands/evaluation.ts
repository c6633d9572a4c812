import * as vscode from 'vscode';
import type { HostDto } from '../../../server/src/protocol.ts';
import { EvaluationRequests, type EvaluationDto } from '../../../server/src/protocol/evaluation.ts';
import type { Context } from '../context.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { failWith, inform, whileShown } from '../notify.ts';
import { counted } from '../text.ts';
import { chooseHost, trusted } from './choose.ts';

/**
 * Asks the real Nix for what a host keeps, and uses it from then on. For a host that Nix was asked of already, the user chooses between
 * asking again and no longer using it.
 */
export async function checkAgainstNix(context: Context, argument?: unknown): Promise<void> {
  if (!trusted()) return;
  const host = await chooseHost(context, argument, 'Evaluate which host with Nix?');
  if (host === undefined) return;
  const known = (await context.server.ask(EvaluationRequests.evaluated, null)).find((each) => each.host === host.name);
  if (known !== undefined) {
    const again = { label: 'Evaluate again' };
    const stop = { label: 'Stop using evaluated values', detail: 'Keepsake goes back to what it reads in the text.' };
    const placeHolder = known.used
      ? `Findings of ${printable(host.name)} are made of evaluated values`
      : `What ${printable(host.name)} keeps was changed since Nix was asked`;
    const chosen = await vscode.window.showQuickPick([again, stop], { placeHolder });
    if (chosen === undefined) return;
    if (chosen === stop) {
      await context.server.ask(EvaluationRequests.forget, { host: host.name });
      return;
    }
  }
  const { evaluationTimeoutSeconds: timeoutSeconds } = context.settings(host);
  const answer = await whileShown(`Evaluating ${host.name} with Nix, which may take long`, (token) =>
    context.server.ask(EvaluationRequests.evaluate, { host: host.name, timeoutSeconds, shown: true }, token),
  );
  if (answer === null || answer.problem?.code === 'cancelled') return;
  await tell(host, answer);
}

async function tell(host: HostDto, { problem, entries, differences }: EvaluationDto): Promise<void> {
  if (problem !== null) return failWith(problem);
  const kept = `Nix keeps ${counted(entries, 'entry', 'entries')} on ${host.name}`;
  if (differences === 0) {
    void inform(`${kept}, as Keepsake reads it.`);
    return;
  }
  const show = 'Show Problems';
  const choice = await inform(`${kept}; Keepsake reads ${counted(differences, 'path', 'paths')} otherwise.`, show);
  if (choice === show) await vscode.commands.executeCommand('workbench.actions.view.problems');
}
