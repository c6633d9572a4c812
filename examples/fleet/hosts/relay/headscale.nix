{
  services.headscale = {
    enable = true;
    address = "0.0.0.0";
    port = 443;
    settings = {
      server_url = "https://mesh.example.org";
      tls_letsencrypt_hostname = "mesh.example.org";
      prefixes = {
        v4 = "100.64.0.0/10";
        v6 = "fd7a:115c:a1e0::/48";
      };
      dns = {
        magic_dns = true;
        base_domain = "mesh.internal";
        nameservers.global = [ "192.0.2.53" ];
      };
    };
  };
}
