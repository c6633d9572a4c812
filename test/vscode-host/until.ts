/**
 * Asks until there is an answer.
 * @param what - names the thing waited for, in the error.
 * @param probe - returns the answer, or `undefined`, `null` or `false` while there is none.
 * @throws when the deadline (default 60 s) has passed, with the last error of `probe` as its cause.
 */
export async function until<T>(what: string, probe: () => T | Promise<T>, milliseconds = 60_000): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + milliseconds;
  let cause: unknown;
  do {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<Exclude<T, false>>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < end);
  throw new Error(`waited ${milliseconds} ms in vain for ${what}`, { cause });
}
