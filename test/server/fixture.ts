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
  fileSystems = { "/" = { device = "none"; fsType = "tmpfs"; }; "/persist" = { device = "/dev/sda1"; fsType = "ext4"; neededForBoot = true; }; };
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/nixos"
    ];
    files = [ "/etc/machine-id" ];
  };
}
`;
