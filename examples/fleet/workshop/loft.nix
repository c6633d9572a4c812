# Guest laptop. The rollback is off since the last update, and nobody has turned it on again.
{
  imports = [ ./base.nix ];

  networking.hostName = "loft";
  fileSystems."/" = {
    device = "tank/root";
    fsType = "zfs";
  };
  fileSystems."/persist" = {
    device = "tank/persist";
    fsType = "zfs";
    neededForBoot = true;
  };

  # boot.initrd.postResumeCommands = "zfs rollback -r tank/root@blank";
  services.openssh.enable = true;
}
