# Who is who (Zitadel) and what only some may know (OpenBao).
{
  services.zitadel = {
    enable = true;
    masterKeyFile = "/persist/secrets/zitadel-master-key";
    settings = {
      Port = 8081;
      ExternalDomain = "id.example.org";
      ExternalPort = 443;
      ExternalSecure = true;
      Database.postgres = {
        Host = "/run/postgresql";
        Database = "zitadel";
        User.Username = "zitadel";
      };
    };
    tlsMode = "external";
  };
  services.postgresql = {
    ensureDatabases = [ "zitadel" ];
    ensureUsers = [
      {
        name = "zitadel";
        ensureDBOwnership = true;
      }
    ];
  };

  services.openbao = {
    enable = true;
    settings = {
      api_addr = "http://127.0.0.1:8200";
      cluster_addr = "http://127.0.0.1:8201";
      listener.local = {
        type = "tcp";
        address = "127.0.0.1:8200";
        tls_disable = true;
      };
      storage.raft.path = "/var/lib/openbao";
    };
  };
}
