{
  sops.age.keyFile = "/var/lib/sops-nix/key.txt";
  environment.persistence."/persist".directories = [ "/var/lib/sops-nix" ];
}
