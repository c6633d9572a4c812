# Weather station. The second partition was forgotten.
{
  imports = [
    ./base.nix
    ./memory.nix
  ];

  networking.hostName = "shed";
}
