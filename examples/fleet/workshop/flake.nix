# Machines that are still on the bench. Each has mistakes that people make, one of every kind that Keepsake knows; see ../EXPECTED.md.
{
  description = "Seven machines that are not finished";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
    impermanence.url = "github:nix-community/impermanence";
    preservation.url = "github:nix-community/preservation";
    home-manager.url = "github:nix-community/home-manager/release-25.11";
    disko.url = "github:nix-community/disko";
    sops-nix.url = "github:Mic92/sops-nix";
  };

  outputs =
    {
      nixpkgs,
      impermanence,
      preservation,
      home-manager,
      disko,
      sops-nix,
      ...
    }:
    let
      machine =
        modules:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [ impermanence.nixosModules.impermanence ] ++ modules;
        };
    in
    {
      nixosConfigurations = {
        # workstation
        attic = machine [
          sops-nix.nixosModules.sops
          ./attic
        ];

        # web hosting, one directory a customer
        annex = machine [
          disko.nixosModules.disko
          home-manager.nixosModules.home-manager
          ./annex
        ];

        # media player
        kiosk = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            preservation.nixosModules.preservation
            ./kiosk.nix
          ];
        };

        # display in the entrance
        lobby = machine [ ./lobby.nix ];

        # weather station
        shed = machine [ ./shed.nix ];

        # doorbell
        porch = machine [ ./porch.nix ];

        # guest laptop
        loft = machine [ ./loft.nix ];
      };
    };
}
