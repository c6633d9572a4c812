# Media player, the first machine with preservation. Written like the others were with impermanence.
{
  imports = [ ./memory.nix ];

  networking.hostName = "kiosk";
  users.mutableUsers = false;
  boot.initrd.systemd.enable = true;

  fileSystems."/persist" = {
    device = "/dev/disk/by-label/persist";
    fsType = "ext4";
    neededForBoot = true;
  };

  services.openssh.enable = true;

  preservation.preserveAt."/persist" = {
    directories = [
      {
        directory = "/var/lib/nixos";
        inInitrd = true;
      }
      "/var/log"
    ];
    files = [
      {
        file = "/etc/machine-id";
        inInitrd = true;
      }
      "/etc/ssh/ssh_host_ed25519_key"
    ];
  };

  system.stateVersion = "25.11";
}
