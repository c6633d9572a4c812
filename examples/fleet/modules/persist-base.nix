# What harbor and beacon both need. Hosts with a list of their own do not import this.
{
  environment.persistence."/persist" = {
    hideMounts = true;
    directories = [
      "/var/lib/nixos"
      "/var/lib/systemd"
    ];
  };
}
