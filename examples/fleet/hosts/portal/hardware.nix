{
  boot.loader.grub.device = "/dev/vda";
  boot.initrd.availableKernelModules = [
    "virtio_pci"
    "virtio_blk"
  ];

  fileSystems =
    let
      device = "/dev/disk/by-label/portal";
      fsType = "btrfs";
    in
    {
      "/" = {
        inherit device fsType;
        options = [ "subvol=root" ];
      };
      "/nix" = {
        inherit device fsType;
        options = [ "subvol=nix" ];
      };
      "/persist" = {
        inherit device fsType;
        options = [ "subvol=persist" ];
        neededForBoot = true;
      };
    };

  nixpkgs.hostPlatform = "x86_64-linux";
}
