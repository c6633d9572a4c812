let
  subvolume = name: {
    device = "/dev/disk/by-label/harbor";
    fsType = "btrfs";
    options = [
      "subvol=${name}"
      "compress=zstd"
      "noatime"
    ];
  };
in
{
  boot.loader.systemd-boot.enable = true;
  boot.initrd.availableKernelModules = [
    "ahci"
    "nvme"
  ];

  fileSystems = {
    "/" = subvolume "root";
    "/nix" = subvolume "nix";
    "/persist" = subvolume "persist" // {
      neededForBoot = true;
    };
    "/cache" = subvolume "cache" // {
      neededForBoot = true;
    };
    # logs are not in the backup, so they have a subvolume of their own
    "/var/log" = {
      device = "/dev/disk/by-label/harbor";
      fsType = "btrfs";
      options = [ "subvol=log" ];
      neededForBoot = true;
    };
    "/boot" = {
      device = "/dev/disk/by-partlabel/ESP";
      fsType = "vfat";
    };
  };

  nixpkgs.hostPlatform = "x86_64-linux";
}
