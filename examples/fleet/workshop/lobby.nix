# Display. Nobody changes anything on it, so not even /etc can be written to.
{
  imports = [
    ./base.nix
    ./memory.nix
  ];

  networking.hostName = "lobby";
  fileSystems."/persist" = {
    device = "/dev/disk/by-label/persist";
    fsType = "ext4";
    neededForBoot = true;
  };

  boot.initrd.systemd.enable = true;
  services.userborn.enable = true;
  system.etc.overlay = {
    enable = true;
    mutable = false;
  };

  environment.persistence."/persist".files = [ "/etc/display.token" ];
}
