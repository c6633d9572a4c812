import { createHook } from 'node:async_hooks';
import childProcess from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFileSystem } from '../../../server/src/workspace/fileSystem.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';
import { nixGrammar } from '../../support/nixGrammar.ts';

/**
 * Run as a process of its own: analyses a workspace that asks for programs and the network, and prints as JSON what is kept and which ways
 * out were taken. Ways given as arguments it takes itself, to show that they would be seen.
 */
const WAYS: Readonly<Record<string, string>> = {
  PROCESSWRAP: 'program',
  TCPWRAP: 'socket',
  TCPSERVERWRAP: 'socket',
  PIPEWRAP: 'pipe',
  PIPESERVERWRAP: 'pipe',
  UDPWRAP: 'datagram',
  GETADDRINFOREQWRAP: 'name',
  QUERYWRAP: 'name',
  WORKER: 'thread',
};
const tried = new Set<string>();
// Node makes one of these for each program, socket and look-up, however it was imported.
const watch = createHook({
  init: (_id, type) => {
    const way = WAYS[type];
    if (way) tried.add(way);
  },
});

/** Programs that are waited for leave no such trace. */
function watchWaitedFor(): void {
  for (const name of ['spawnSync', 'execSync', 'execFileSync'] as const) {
    Object.assign(childProcess, {
      [name]: () => {
        tried.add('waited-for');
        throw new Error(`${name} was called`);
      },
    });
  }
  syncBuiltinESMExports();
}

function takeWay(way: string, end: () => void): void {
  if (way === 'program') childProcess.spawn(process.execPath, ['--version'], { stdio: 'ignore' }).on('exit', end);
  else if (way === 'socket') connect(1, '127.0.0.1').on('error', end).on('connect', end);
  else if (way === 'datagram') createSocket('udp4').close(end);
  else if (way === 'name') lookup('localhost', end);
  else {
    try {
      childProcess.execFileSync(process.execPath, ['--version']);
    } catch {
      end();
    }
  }
}

function makeWorkspace(root: string): void {
  const write = (name: string, text: string): void => writeFileSync(join(root, name), text);
  write(
    'flake.nix',
    `{
  inputs.nixpkgs.url = "http://127.0.0.1:1/nixpkgs.tar.gz";
  inputs.other.url = "git+ssh://127.0.0.1:1/other";
  outputs = { nixpkgs, other, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix other.nixosModules.default ]; };
  };
}
`,
  );
  write(
    'web.nix',
    `{ config, pkgs, ... }:
let
  ran = builtins.exec [ "touch" "${root}/ran" ];
  derived = import (derivation { name = "ran"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "touch ${root}/ran" ]; });
in {
  imports = [
    (builtins.fetchTarball "http://127.0.0.1:1/modules.tar.gz")
    (builtins.fetchGit { url = "ssh://127.0.0.1:1/modules"; } + "/module.nix")
    (import <other/module.nix>)
    (builtins.getFlake "git+http://127.0.0.1:1/flake").nixosModules.default
  ];
  environment.persistence."/persist".directories = [ "/var/log" ] ++ ran ++ derived
    ++ builtins.fromJSON (builtins.readFile (builtins.fetchurl "http://127.0.0.1:1/list.json"))
    ++ import (pkgs.runCommand "list" { } "touch $out");
}
`,
  );
}

async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'keepsake-shut-'));
  try {
    makeWorkspace(root);
    watch.enable();
    watchWaitedFor();
    const workspace = new Workspace({ grammar: await nixGrammar(), fileSystem: diskFileSystem, roots: [root] });
    const { hosts } = workspace.analysis();
    for (const way of process.argv.slice(2)) await new Promise<void>((done) => takeWay(way, done));
    watch.disable();
    const kept = hosts.flatMap(({ entries }) => entries.map(({ path }) => path));
    console.log(JSON.stringify({ kept, unread: hosts[0]?.unresolved.length, tried: [...tried], ran: existsSync(join(root, 'ran')) }));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

void main();
