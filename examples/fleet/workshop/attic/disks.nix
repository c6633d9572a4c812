{
  fileSystems."/persist" = {
    device = "/dev/disk/by-label/persist";
    fsType = "ext4";
    neededForBoot = true;
  };
  # films and games
  fileSystems."/big" = {
    device = "/dev/disk/by-label/big";
    fsType = "ext4";
  };
}
