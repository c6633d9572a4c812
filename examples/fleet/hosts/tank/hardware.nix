# rpool/local: can be built again. rpool/safe: is backed up.
{
  boot.loader.systemd-boot.enable = true;
  boot.initrd.availableKernelModules = [ "nvme" ];
  boot.supportedFilesystems = [ "zfs" ];

  fileSystems."/" = {
    device = "rpool/local/root";
    fsType = "zfs";
  };
  fileSystems."/nix" = {
    device = "rpool/local/nix";
    fsType = "zfs";
  };
  fileSystems."/home" = {
    device = "rpool/safe/home";
    fsType = "zfs";
  };
  fileSystems."/persist" = {
    device = "rpool/safe/persist";
    fsType = "zfs";
    neededForBoot = true;
  };
  fileSystems."/boot" = {
    device = "/dev/disk/by-partlabel/ESP";
    fsType = "vfat";
  };

  nixpkgs.hostPlatform = "x86_64-linux";
}
