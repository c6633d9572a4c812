# Workstation: somebody works here already.
{
  imports = [
    ../base.nix
    ../memory.nix
    ./disks.nix
    ./keep.nix
    ./desktop.nix
    ./home.nix
    ./secrets.nix
  ];

  networking.hostName = "attic";

  users.users.owner = {
    isNormalUser = true;
    extraGroups = [ "wheel" ];
    # in a directory that is only mounted when users are there already
    hashedPasswordFile = "/etc/passwords/owner";
  };

  services.openssh = {
    enable = true;
    hostKeys = [
      {
        path = "/persist/etc/ssh/ssh_host_ed25519_key";
        type = "ssh-ed25519";
      }
    ];
  };
}
