export const usage = `Usage: npm run demo -- [--zfs] [--pictures DIR]

Opens the example fleet in VS Code (the one that the command "code" belongs to, else one in the browser on 127.0.0.1), with a recorded
listing of the host "tank" as what it would lose.

  --zfs            start a real ZFS machine and read the host "tank" from it over ssh
  --pictures DIR   take the screenshots for the README and exit
`;

/**
 * @param {readonly string[]} args
 * @returns {{ zfs: boolean, pictures: string | null, help: boolean } | { problem: string }}
 */
export function readArguments(args) {
  const options = { zfs: false, pictures: /** @type {string | null} */ (null), help: false };
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    if (argument === '--zfs') options.zfs = true;
    else if (argument === '--help' || argument === '-h') options.help = true;
    else if (argument.startsWith('--pictures=')) options.pictures = argument.slice('--pictures='.length);
    else if (argument === '--pictures') {
      options.pictures = args[at + 1] ?? '';
      at += 1;
    } else return { problem: `unknown argument ${argument}` };
  }
  if (options.pictures === '') return { problem: '--pictures needs a directory' };
  return options;
}
