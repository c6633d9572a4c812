# Web hosting. The disks are made by disko, the root was to go back to its first snapshot.
{
  imports = [
    ../base.nix
    ./disks.nix
    ./tenants.nix
  ];

  networking.hostName = "annex";
  networking.hostId = "0badcafe";

  boot.initrd.systemd.enable = true;
  boot.initrd.postResumeCommands = ''
    zfs rollback -r tank/root@blank
  '';

  users.users.admin = {
    isNormalUser = true;
    hashedPasswordFile = "/persist/secrets/admin.passwd";
  };

  # from a machine with an older version of the module
  home-manager.users.admin = {
    home.persistence."/persist/home/admin" = {
      allowOther = true;
      directories = [ "Scripts" ];
    };
  };
}
