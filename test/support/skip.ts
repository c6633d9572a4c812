import type { Context } from 'mocha';

/**
 * Skips the running test (or, from a hook, its suite) and says why on stderr. Where CI is set a missing part is a failure, since CI has
 * to have all of them: there this throws instead.
 */
export function skip(context: Context, reason: string): never {
  if (process.env['CI']) throw new Error(`would be skipped, which CI does not allow: ${reason}`);
  console.warn(`      skipped: ${reason}`);
  return context.skip();
}
