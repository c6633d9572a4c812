{
  disko.devices.disk.main = {
    type = "disk";
    device = "/dev/disk/by-id/annex";
    content = {
      type = "gpt";
      partitions.tank = {
        size = "100%";
        content = {
          type = "zfs";
          pool = "tank";
        };
      };
    };
  };
  disko.devices.zpool.tank = {
    type = "zpool";
    datasets = {
      root = {
        type = "zfs_fs";
        mountpoint = "/";
      };
      nix = {
        type = "zfs_fs";
        mountpoint = "/nix";
      };
      persist = {
        type = "zfs_fs";
        mountpoint = "/persist";
      };
    };
  };
  fileSystems."/persist".neededForBoot = true;
}
