{
  services.n8n.enable = true;
  services.n8n.environment = {
    N8N_HOST = "flows.example.org";
    N8N_PORT = "5678";
  };
}
