let
  lan = "192.0.2.1";
in
{
  networking = {
    useDHCP = false;
    interfaces = {
      wan.useDHCP = true;
      lan.ipv4.addresses = [
        {
          address = lan;
          prefixLength = 24;
        }
      ];
    };
    nat = {
      enable = true;
      externalInterface = "wan";
      internalInterfaces = [ "lan" ];
    };
  };

  services.adguardhome = {
    enable = true;
    host = lan;
    port = 3000;
    # the filters are tuned in the web interface, so its settings are state
    mutableSettings = true;
  };

  services.dnsmasq = {
    enable = true;
    resolveLocalQueries = false;
    settings = {
      port = 0; # DNS is AdGuard Home's
      interface = "lan";
      dhcp-range = [ "192.0.2.100,192.0.2.199,12h" ];
      dhcp-option = [
        "option:router,${lan}"
        "option:dns-server,${lan}"
      ];
    };
  };
}
