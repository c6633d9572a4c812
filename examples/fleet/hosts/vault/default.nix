# NAS. Its root stays: the disks matter here, not how clean / is.
{
  imports = [
    ../../modules/common.nix
    ../../modules/sshd.nix
    ./hardware.nix
    ./shares.nix
  ];

  networking.hostName = "vault";
  networking.hostId = "00c0ffee";
}
