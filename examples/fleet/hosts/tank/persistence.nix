# The short list. More to come when something is missed.
{
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/nixos"
      "/var/lib/postgresql"
    ];
    files = [
      "/etc/machine-id"
    ];
  };
}
