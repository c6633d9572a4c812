# Doorbell: everything in memory, to spare the card. Everything.
{
  imports = [
    ./base.nix
    ./memory.nix
  ];

  networking.hostName = "porch";
  fileSystems."/persist" = {
    device = "none";
    fsType = "tmpfs";
    neededForBoot = true;
  };
}
