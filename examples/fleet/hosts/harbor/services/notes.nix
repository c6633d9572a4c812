{
  services.trilium-server = {
    enable = true;
    host = "127.0.0.1";
    port = 8082;
  };

  services.open-webui = {
    enable = true;
    host = "127.0.0.1";
    port = 8083;
    environment.WEBUI_URL = "https://chat.example.org";
  };
}
