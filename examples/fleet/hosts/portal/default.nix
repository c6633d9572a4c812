# Gateway: the one machine with a public address and passwords on it.
{
  imports = [
    ../../modules/common.nix
    ../../modules/ephemeral.nix
    ../../modules/sshd.nix
    ../../modules/btrfs-rollback.nix
    ./hardware.nix
    ./persistence.nix
    ./vaultwarden.nix
  ];

  networking = {
    hostName = "portal";
    firewall.allowedTCPPorts = [
      80
      443
    ];
  };

  services.fail2ban = {
    enable = true;
    maxretry = 4;
    bantime-increment.enable = true;
    ignoreIP = [ "192.0.2.0/24" ];
  };

  security.acme = {
    acceptTerms = true;
    defaults.email = "hostmaster@example.org";
  };
}
