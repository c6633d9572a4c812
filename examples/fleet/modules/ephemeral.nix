# For machines that lose / at boot: nothing that is set by hand can stay, so do not pretend.
{ lib, ... }:
{
  users.mutableUsers = false;
  # read before anything is bind-mounted, so it must be the path on the storage itself
  users.users.owner.hashedPasswordFile = lib.mkDefault "/persist/secrets/owner.passwd";

  # the lecture would come back at every boot
  security.sudo.extraConfig = "Defaults lecture = never";

  boot.initrd.systemd.enable = lib.mkDefault true;
}
