# Database box. / is rolled back to the empty snapshot it was installed with.
{ pkgs, ... }:
{
  imports = [
    ../../modules/common.nix
    ../../modules/ephemeral.nix
    ./hardware.nix
  ];

  networking = {
    hostName = "tank";
    hostId = "8f3a21c7"; # ZFS wants one; any eight hex digits
    firewall.allowedTCPPorts = [ 5432 ];
  };

  boot.initrd.systemd.services.rollback = {
    description = "Roll / back to its blank snapshot";
    wantedBy = [ "initrd.target" ];
    after = [ "zfs-import-rpool.service" ];
    before = [ "sysroot.mount" ];
    path = [ pkgs.zfs ];
    unitConfig.DefaultDependencies = "no";
    serviceConfig.Type = "oneshot";
    script = ''
      zfs rollback -r rpool/local/root@blank
    '';
  };

  services.openssh.enable = true;
  services.openssh.settings.PasswordAuthentication = false;

  services.postgresql = {
    enable = true;
    enableTCPIP = true;
    authentication = ''
      hostssl all all 192.0.2.0/24 scram-sha-256
    '';
  };

  services.zfs.autoScrub.enable = true;
  services.zfs.autoSnapshot.enable = true;
}
