# Modules of this machine say here what they keep. Nobody has written the line yet that takes it from here.
{ lib, ... }:
{
  options.attic.persist.directories = lib.mkOption {
    type = lib.types.listOf lib.types.str;
    default = [ ];
  };

  config.environment.persistence."/persist".directories = [
    "/etc/passwords"
    "/var/lib/bluetooth"
    "/var/lib/docker"
    "/var/lib/flatpak"
    "/var/lib/systemd"
    "/var/lib/systemd/timers"
    "/nix/var"
  ];
  config.environment.persistence."/persist".files = [ "/var/lib/upower" ];

  config.environment.persistence."/big".directories = [ "/var/lib/flatpak" ];
}
