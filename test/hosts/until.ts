/**
 * Polls `condition` until it answers something other than undefined or false, and hands that back.
 * Rejects after `seconds` with a message that names `what`; an error thrown by `condition` ends the wait at once.
 */
export async function until<T>(what: string, seconds: number, condition: () => T | Promise<T>): Promise<Exclude<T, undefined | false>> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
