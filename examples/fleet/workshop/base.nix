# What every machine here keeps. Not much else is right yet.
{
  environment.persistence."/persist" = {
    hideMounts = true;
    directories = [
      "/var/lib/nixos"
      "/var/log"
    ];
    files = [ "/etc/machine-id" ];
  };

  users.mutableUsers = false;
  system.stateVersion = "25.11";
}
