{
  description = "Seven machines; six of them start from an empty root at every boot";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
    impermanence = {
      url = "github:nix-community/impermanence";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { nixpkgs, impermanence, ... }:
    {
      nixosConfigurations = {
        # laptop
        anvil = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            impermanence.nixosModules.impermanence
            ./hosts/anvil
          ];
        };

        # services for the house
        harbor = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            impermanence.nixosModules.impermanence
            ./hosts/harbor
          ];
        };

        # NAS, keeps its root like any other machine
        vault = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [ ./hosts/vault ];
        };

        # router
        beacon = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            impermanence.nixosModules.impermanence
            ./hosts/beacon
          ];
        };

        # what the internet sees
        portal = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            impermanence.nixosModules.impermanence
            ./hosts/portal
          ];
        };

        # VPS, coordinates the mesh
        relay = nixpkgs.lib.nixosSystem {
          system = "aarch64-linux";
          modules = [
            impermanence.nixosModules.impermanence
            ./hosts/relay/configuration.nix
          ];
        };

        # database box on ZFS
        tank = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            impermanence.nixosModules.impermanence
            ./hosts/tank/configuration.nix
            ./hosts/tank/persistence.nix
          ];
        };
      };
    };
}
