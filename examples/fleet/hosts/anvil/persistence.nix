# Made from the template in impermanence's README, then grown.
let
  storage = "/persist";
  user = "owner";
in
{
  # sshd writes its keys straight to the storage
  services.openssh.hostKeys = [
    {
      path = "${storage}/etc/ssh/ssh_host_ed25519_key";
      type = "ed25519";
    }
  ];

  environment.persistence.${storage} = {
    hideMounts = true;

    directories = [
      "/etc/NetworkManager/system-connections"
      "/var/lib/NetworkManager"
      "/var/lib/bluetooth"
      "/var/lib/cups"
      "/var/lib/fwupd"
      "/var/lib/power-profiles-daemon"
      "/var/lib/systemd"
      "/var/lib/upower"
      "/var/log"
    ];
    files = [ "/etc/machine-id" ];

    users.${user} = {
      directories = [
        "Documents"
        "Downloads"
        "Music"
        "Pictures"
        "Projects"
        "Videos"
        ".config/dconf"
        ".local/share/direnv"
        ".local/state/nix"
        ".local/state/wireplumber"
        ".mozilla/firefox"
        {
          directory = ".gnupg";
          mode = "0700";
        }
        {
          directory = ".local/share/keyrings";
          mode = "0700";
        }
        {
          directory = ".ssh";
          mode = "0700";
        }
      ];
      files = [ ".bash_history" ];
    };
  };
}
