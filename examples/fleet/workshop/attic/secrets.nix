{
  sops.age.keyFile = "/var/lib/sops-nix/key.txt";
  sops.secrets.wifi = { };
  environment.persistence."/persist".directories = [ "/var/lib/sops-nix" ];
}
