{ lib, ... }:
let
  root = "/persist";
  keepLogs = true; # false when the disk is worn out
  leases = [ "/var/lib/dnsmasq" ];
in
{
  environment.persistence."${root}".directories = [
    {
      directory = "/var/lib/private/AdGuardHome";
      mode = "0700";
      defaultPerms.mode = "0700";
    }
  ]
  ++ leases
  ++ lib.optionals keepLogs [ "/var/log" ];

  systemd.tmpfiles.rules = [
    "L /etc/machine-id - - - - ${root}/etc/machine-id"
  ];
}
