import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** As much of nixpkgs as the real Nix needs here: modules are sets that are put together, and one of its own keeps something. */
const STUB = `{
  outputs = { self }: {
    lib.nixosSystem = { modules }: {
      config = builtins.foldl' (a: m: a // (if builtins.isFunction m then m { lib = { }; } else import m)) { preservation = { enable = true; preserveAt."/p2".directories = [ "/from/outside" ]; }; } modules;
    };
  };
}
`;

/** Depends on the environment of the evaluation, which can't be read, in whether /only/here is kept. */
export const EVALUATED_WEB = `{
  fileSystems."/" = { device = "none"; fsType = "tmpfs"; };
  environment.persistence."/persist" = {
    directories = [ "/var/log" ] ++ (if builtins.getEnv "HOME" == "never" then [ "/never" ] else [ { directory = "/only/here"; } ]);
    files = [ "/etc/machine-id" ];
    users.ann.directories = [ "docs" ];
  };
}
`;

/** Takes Nix minutes, in little memory; by the environment again, so that Keepsake has nothing to work out. */
const SLOW = `{
  environment.persistence."/p".directories =
    let long = builtins.genList (n: n) (100000 + builtins.stringLength (builtins.getEnv "HOME")); count = builtins.foldl' (a: _: builtins.foldl' (b: _: b + 1) a long) 0 long;
    in [ "/slow/\${toString count}" ];
}
`;

/** Writes a flake that the real Nix evaluates without anything from outside: hosts `web`, `broken` (it throws) and `slow`. */
export function writeEvaluated(directory: string): void {
  mkdirSync(join(directory, 'stub'));
  writeFileSync(join(directory, 'stub/flake.nix'), STUB);
  writeFileSync(
    join(directory, 'flake.nix'),
    `{
  inputs.nixpkgs.url = "path:${join(directory, 'stub')}";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
    nixosConfigurations.broken = nixpkgs.lib.nixosSystem { modules = [ ./broken.nix ]; };
    nixosConfigurations.slow = nixpkgs.lib.nixosSystem { modules = [ ./slow.nix ]; };
  };
}
`,
  );
  writeFileSync(join(directory, 'web.nix'), EVALUATED_WEB);
  writeFileSync(join(directory, 'broken.nix'), '{ environment.persistence."/p".directories = [ (throw "no such thing") ]; }\n');
  writeFileSync(join(directory, 'slow.nix'), SLOW);
}
