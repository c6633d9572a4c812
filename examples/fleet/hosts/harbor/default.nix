# Everything the house logs in to.
{
  imports = [
    ../../modules/common.nix
    ../../modules/ephemeral.nix
    ../../modules/sshd.nix
    ../../modules/btrfs-rollback.nix
    ../../modules/persist-base.nix
    ./hardware.nix
    ./persistence.nix
    ./services/forgejo.nix
    ./services/identity.nix
    ./services/notes.nix
    ./services/automation.nix
    ./services/containers.nix
  ];

  networking = {
    hostName = "harbor";
    useDHCP = false;
    interfaces.eno1.ipv4.addresses = [
      {
        address = "192.0.2.20";
        prefixLength = 24;
      }
    ];
    defaultGateway = "192.0.2.1";
    nameservers = [ "192.0.2.1" ];
  };

  services.postgresql.enable = true;
}
