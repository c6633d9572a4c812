{
  services.forgejo = {
    enable = true;
    lfs.enable = true;
    database.type = "postgres";
    settings = {
      server = {
        DOMAIN = "git.example.org";
        ROOT_URL = "https://git.example.org/";
        HTTP_PORT = 3000;
      };
      service.DISABLE_REGISTRATION = true;
    };
  };
}
