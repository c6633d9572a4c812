{
  boot.loader.grub = {
    enable = true;
    device = "nodev";
    efiSupport = true;
    enableCryptodisk = true;
  };
  boot.loader.efi.efiSysMountPoint = "/efi";

  # The passphrase is asked once, by GRUB. The key file lies on the encrypted /boot, which nothing erases;
  # it goes into the initrd from there.
  boot.initrd.secrets."/beacon.key" = "/boot/keys/beacon.key";
  boot.initrd.luks.devices.beacon = {
    device = "/dev/disk/by-partlabel/beacon";
    keyFile = "/beacon.key";
  };
  boot.initrd.luks.devices.beacon-boot = {
    device = "/dev/disk/by-partlabel/beacon-boot";
    keyFile = "/beacon.key";
  };

  fileSystems."/" = {
    device = "/dev/mapper/beacon";
    fsType = "btrfs";
    options = [ "subvol=root" ];
  };
  fileSystems."/nix" = {
    device = "/dev/mapper/beacon";
    fsType = "btrfs";
    options = [
      "subvol=nix"
      "noatime"
    ];
  };
  fileSystems."/persist" = {
    device = "/dev/mapper/beacon";
    fsType = "btrfs";
    options = [ "subvol=persist" ];
    neededForBoot = true;
  };
  fileSystems."/boot" = {
    device = "/dev/mapper/beacon-boot";
    fsType = "ext4";
  };
  fileSystems."/efi" = {
    device = "/dev/disk/by-partlabel/ESP";
    fsType = "vfat";
  };

  nixpkgs.hostPlatform = "x86_64-linux";
}
