import { run } from './run.ts';

/** Processes of this machine that have all these words among their arguments, each as its number and its arguments. */
export async function running(...words: readonly string[]): Promise<string[]> {
  const { stdout } = await run('ps', ['-ww', '-eo', 'pid=,stat=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, number = '', state = '', args = ''] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    const isOurs = state !== '' && !state.startsWith('Z') && !args.startsWith('ps -ww') && words.every((word) => args.includes(word));
    return isOurs ? [`${number} ${args}`] : [];
  });
}
