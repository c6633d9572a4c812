{
  services.samba = {
    enable = true;
    openFirewall = true;
    settings.media = {
      path = "/bulk/media";
      "read only" = "yes";
      "valid users" = "owner";
    };
  };

  services.nfs.server = {
    enable = true;
    exports = ''
      /bulk/backup 192.0.2.0/24(rw,sync,no_subtree_check)
    '';
  };
}
