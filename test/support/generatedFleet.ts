/**
 * The texts of a fleet whose hosts share all of many modules, with options of their own in between, as large configurations have them. Each
 * host switches some of the modules on. Keys are names of files relative to the fleet.
 */
export function generatedFleet(hosts: number, modules: number): ReadonlyMap<string, string> {
  const names = Array.from({ length: hosts }, (_, i) => `host${i}`);
  const parts = Array.from({ length: modules }, (_, i) => i);
  return new Map([
    ['flake.nix', flake(names)],
    ...names.map((name, index) => [`hosts/${name}.nix`, host(name, index, modules)] as const),
    ['modules/default.nix', `{ imports = [ ${parts.map((i) => `./part${i}.nix`).join(' ')} ]; }\n`],
    ...parts.map((i) => [`modules/part${i}.nix`, part(i)] as const),
  ]);
}

/** Modules that a host switches on, at most. */
const SWITCHED_ON = 40;

function flake(hosts: readonly string[]): string {
  return `{
  outputs = { nixpkgs, ... }: let
    mkHost = name: nixpkgs.lib.nixosSystem { modules = [ ./modules ./hosts/\${name}.nix ]; };
  in { nixosConfigurations = nixpkgs.lib.genAttrs [ ${hosts.map((name) => `"${name}"`).join(' ')} ] mkHost; };
}
`;
}

function host(name: string, index: number, modules: number): string {
  const count = Math.min(SWITCHED_ON, Math.ceil(modules / 2));
  const on = new Set(Array.from({ length: count }, (_, i) => (index * 7 + i * 13) % modules));
  const switches = [...on].map((i) => `  my.part${i}.enable = true;`).join('\n');
  return `{\n  networking.hostName = "${name}";\n${switches}\n  environment.persistence."/persist".files = [ "/etc/machine-id" ];\n}\n`;
}

function part(i: number): string {
  const settings = Array.from({ length: 12 }, (_, n) => `      setting${n} = "value ${n} of \${toString ${i}}";`);
  return `{ config, lib, pkgs, ... }:
let
  cfg = config.my.part${i};
in
{
  options.my.part${i}.enable = lib.mkEnableOption "part ${i}";
  config = lib.mkIf cfg.enable {
    environment.systemPackages = with pkgs; [ package${i} other${i} ];
    services.service${i} = {
      enable = true;
${settings.join('\n')}
    };
    environment.persistence."/persist".directories = [ "/var/lib/service${i}" ];
  };
}
`;
}
