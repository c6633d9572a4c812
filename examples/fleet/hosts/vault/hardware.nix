{
  boot.loader.systemd-boot.enable = true;
  boot.initrd.availableKernelModules = [
    "ahci"
    "mpt3sas"
  ];
  boot.supportedFilesystems = [ "zfs" ];
  boot.zfs.extraPools = [ "bulk" ];

  fileSystems."/" = {
    device = "/dev/disk/by-label/vault-root";
    fsType = "ext4";
  };
  fileSystems."/boot" = {
    device = "/dev/disk/by-partlabel/ESP";
    fsType = "vfat";
  };

  services.zfs.autoScrub.enable = true;
  services.smartd.enable = true;

  nixpkgs.hostPlatform = "x86_64-linux";
}
