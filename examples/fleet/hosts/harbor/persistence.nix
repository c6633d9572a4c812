{ config, lib, ... }:
{
  environment.persistence."/persist" = lib.mkMerge [
    {
      files = [ "/etc/machine-id" ];
      directories = import ./state.nix ++ [
        "/etc/ssh"
        {
          # openbao, open-webui and n8n run under dynamic users
          directory = "/var/lib/private";
          mode = "0700";
        }
      ];
    }
    (lib.mkIf config.services.postgresql.enable {
      directories = [
        {
          directory = "/var/lib/postgresql";
          user = "postgres";
          group = "postgres";
          mode = "0750";
        }
      ];
    })
  ];

  # images can be pulled again; kept, but not in the backup
  environment.persistence."/cache".directories = [ "/var/lib/containers" ];
}
