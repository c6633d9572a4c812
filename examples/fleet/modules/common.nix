# Every machine.
{ lib, ... }:
{
  time.timeZone = lib.mkDefault "Etc/UTC";
  i18n.defaultLocale = "en_US.UTF-8";

  nix.settings = {
    experimental-features = [
      "nix-command"
      "flakes"
    ];
    auto-optimise-store = true;
  };
  nix.gc = {
    automatic = true;
    dates = "weekly";
    options = "--delete-older-than 30d";
  };

  users.users.owner = {
    isNormalUser = true;
    extraGroups = [ "wheel" ];
  };

  networking.domain = "example.org";

  system.stateVersion = "25.11";
}
