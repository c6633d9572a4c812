import { run } from './run.ts';

/** Processes of this machine that have all these words among their arguments, each as `ps` has it, its number first. */
export async function running(...words: readonly string[]): Promise<string[]> {
  const { stdout } = await run('ps', ['-ww', '-eo', 'pid=,stat=,args=']);
  const others = stdout.split('\n').filter((line) => !line.includes('ps -ww') && !/^\s*\d+\s+Z/.test(line));
  return others.filter((line) => words.every((word) => line.includes(word)));
}
