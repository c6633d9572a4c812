{
  environment = {
    # handed out once, by the installer
    etc."machine-id".source = "/persist/etc/machine-id";

    persistence = {
      "/persist" = {
        hideMounts = true;
        directories = [
          # everything here is worth keeping, so no list of services
          "/var/lib"
        ];
        files = [
          "/etc/ssh/ssh_host_ed25519_key"
          "/etc/ssh/ssh_host_ed25519_key.pub"
          "/etc/ssh/ssh_host_rsa_key"
          "/etc/ssh/ssh_host_rsa_key.pub"
        ];
      };
    };
  };
}
