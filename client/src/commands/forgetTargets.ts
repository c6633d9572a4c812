import type { Context } from '../context.ts';
import { inform } from '../notify.ts';

/** Where several files would do for new entries of a host, the one that was chosen is taken from then on: until this. */
export async function forgetTargets(context: Context): Promise<void> {
  await context.server.forgetTargets();
  void inform('Keepsake asks again which file new entries go to, where several would do as well.');
}
