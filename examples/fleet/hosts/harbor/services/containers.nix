{
  virtualisation.podman = {
    enable = true;
    autoPrune.enable = true;
  };

  virtualisation.oci-containers = {
    backend = "podman";
    containers.status = {
      image = "registry.example.org/status-page:2";
      ports = [ "127.0.0.1:8084:3001" ];
      volumes = [ "/var/lib/status:/app/data" ];
    };
  };
}
