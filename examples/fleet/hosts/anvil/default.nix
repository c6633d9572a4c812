# Laptop.
{ pkgs, ... }:
{
  imports = [
    ../../modules/common.nix
    ../../modules/ephemeral.nix
    ../../modules/sshd.nix
    ./hardware.nix
    ./rollback.nix
    ./persistence.nix
  ];

  networking.hostName = "anvil";
  networking.networkmanager.enable = true;

  services.desktopManager.gnome.enable = true;
  services.displayManager.gdm.enable = true;
  services.pipewire = {
    enable = true;
    pulse.enable = true;
  };
  services.printing.enable = true;
  services.fwupd.enable = true;
  hardware.bluetooth.enable = true;

  programs.firefox.enable = true;
  environment.systemPackages = [
    pkgs.git
    pkgs.direnv
  ];
}
