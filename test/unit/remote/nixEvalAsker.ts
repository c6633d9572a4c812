// Has Nix evaluate, says which process that is, and ends. In the place of Nix stands a program that takes long for certain.
import { spawn } from 'node:child_process';
import { nixEval } from '../../../server/src/remote/nixEval.ts';

const long = () => {
  const child = spawn('sleep', ['600'], { stdio: 'pipe' });
  child.once('spawn', () => process.stdout.write(String(child.pid), () => process.exit(0)));
  return child;
};
void nixEval(long, { directory: '/nowhere', host: 'web', apply: 'm: m' }, new AbortController().signal);
