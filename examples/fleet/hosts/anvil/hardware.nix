{
  boot.loader.systemd-boot.enable = true;
  boot.loader.efi.canTouchEfiVariables = true;
  boot.supportedFilesystems = [ "bcachefs" ];
  boot.initrd.availableKernelModules = [
    "nvme"
    "xhci_pci"
  ];
  boot.initrd.luks.devices.anvil.device = "/dev/disk/by-partlabel/anvil";

  # one bcachefs, a directory or subvolume each
  fileSystems."/" = {
    device = "/dev/mapper/anvil";
    fsType = "bcachefs";
    options = [ "X-mount.subdir=root" ];
  };
  fileSystems."/nix" = {
    device = "/dev/mapper/anvil";
    fsType = "bcachefs";
    options = [
      "X-mount.subdir=nix"
      "noatime"
    ];
  };
  fileSystems."/persist" = {
    device = "/dev/mapper/anvil";
    fsType = "bcachefs";
    options = [ "X-mount.subdir=persist" ];
    neededForBoot = true;
  };
  fileSystems."/boot" = {
    device = "/dev/disk/by-partlabel/ESP";
    fsType = "vfat";
    options = [ "umask=0077" ];
  };

  nixpkgs.hostPlatform = "x86_64-linux";
}
