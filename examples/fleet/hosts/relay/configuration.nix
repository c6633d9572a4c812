# Small VPS, / in memory. Whatever is not below /nix is gone after a reboot.
{ modulesPath, ... }:
{
  imports = [
    (modulesPath + "/profiles/qemu-guest.nix")
    ../../modules/common.nix
    ../../modules/ephemeral.nix
    ../../modules/sshd.nix
    ./headscale.nix
  ];

  networking.hostName = "relay";
  networking.firewall.allowedTCPPorts = [ 443 ];

  boot.loader.systemd-boot.enable = true;

  fileSystems = {
    "/" = {
      device = "none";
      fsType = "tmpfs";
      options = [
        "size=1G"
        "mode=755" # sshd refuses keys below a world-writable root
      ];
    };
    "/nix" = {
      device = "/dev/disk/by-label/nix";
      fsType = "ext4";
      neededForBoot = true;
    };
    "/boot" = {
      device = "/dev/disk/by-partlabel/ESP";
      fsType = "vfat";
    };
    # ids are needed before impermanence's mounts are made
    "/var/lib/nixos" = {
      device = "/nix/persist/var/lib/nixos";
      fsType = "none";
      options = [ "bind" ];
      depends = [ "/nix" ];
      neededForBoot = true;
    };
  };

  services.openssh.hostKeys = [
    {
      path = "/nix/persist/etc/ssh/ssh_host_ed25519_key";
      type = "ed25519";
    }
  ];

  users.users.owner.hashedPasswordFile = "/nix/persist/secrets/owner.passwd";

  environment.persistence."/nix/persist" = {
    directories = [
      "/var/lib/acme"
      "/var/lib/headscale"
      "/var/lib/systemd"
      "/var/log"
    ];
  };

  nixpkgs.hostPlatform = "aarch64-linux";
}
