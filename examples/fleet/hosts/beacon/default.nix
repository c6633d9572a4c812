# Router: DHCP by dnsmasq, DNS by AdGuard Home.
{
  imports = [
    ../../modules/common.nix
    ../../modules/ephemeral.nix
    ../../modules/sshd.nix
    ../../modules/persist-base.nix
    ./hardware.nix
    ./rollback.nix
    ./network.nix
    ./persist.nix
  ];

  networking.hostName = "beacon";
}
