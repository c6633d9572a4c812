import { spawn } from 'node:child_process';

/**
 * Runs a program to its end with its output shown as it comes, or with `quiet` only what it complains about.
 * @returns {Promise<{status: number | null, output: string}>} `status` is null when it could not be started or was ended by a signal;
 * `output` is the end of what it said.
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const take = (chunk, show) => {
      output = (output + chunk.toString()).slice(-4000);
      if (show) process.stdout.write(chunk);
    };
    child.stdout.on('data', (chunk) => take(chunk, options.quiet !== true));
    child.stderr.on('data', (chunk) => take(chunk, true));
    child.once('error', (error) => resolve({ status: null, output: String(error) }));
    child.once('close', (status) => resolve({ status, output }));
  });
}

/** The last line with something on it: mostly the one that says what went wrong. */
export function lastLine(output) {
  return output.trim().split('\n').at(-1) ?? '';
}
