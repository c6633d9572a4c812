export const FLAKE = `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem {
      modules = [ ./web.nix ];
    };
  };
}
`;

/** Everything kept but /var/log. */
export const WEB = `{
  fileSystems."/" = { device = "none"; fsType = "tmpfs"; };
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/nixos"
    ];
    files = [ "/etc/machine-id" ];
  };
}
`;
