{
  hardware.bluetooth.enable = true;
  # wanted here too, before somebody put it into the list
  environment.persistence."/persist".directories = [
    "/var/lib/bluetooth"
    "/var/lib/private/ollama"
  ];

  services.ollama.enable = true;
  services.flatpak.enable = true;
  programs.firefox.enable = true;
  virtualisation.docker.enable = true;

  attic.persist.directories = [ "/var/games" ];
}
