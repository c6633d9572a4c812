{
  environment.persistence."/persist".users.owner = {
    directories = [
      "Documents"
      "~/Projects"
      ".cache"
      ".ssh"
      ".var/app"
      ".local/share/flatpak"
    ];
    files = [ ".zsh_history" ];
  };
}
