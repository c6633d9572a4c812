# What the real Nix makes of the example fleet, without nixpkgs: a module system of the least size, enough for the forms the fleet uses.
# Value: host name -> what decides whether a path survives a boot. Lists are put together, sets are merged, the stronger of two plain values wins.
{ directory }:
let
  modulesPath = "/nixpkgs/nixos/modules";

  wrap = kind: extra: content: { _wrapped = kind; inherit content; } // extra;
  lib = {
    mkIf = condition: wrap "if" { inherit condition; };
    mkMerge = wrap "merge" { };
    mkDefault = wrap "priority" { priority = 1000; };
    mkForce = wrap "priority" { priority = 50; };
    mkBefore = content: content;
    mkAfter = content: content;
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: values: if condition then values else [ ];
    optionalAttrs = condition: values: if condition then values else { };
  };

  # definition -> [ { priority, value } ]
  unwrap =
    priority: definition:
    if !(builtins.isAttrs definition && definition ? _wrapped) then
      [ { inherit priority; value = definition; } ]
    else if definition._wrapped == "if" then
      if definition.condition then unwrap priority definition.content else [ ]
    else if definition._wrapped == "merge" then
      builtins.concatMap (unwrap priority) definition.content
    else
      unwrap definition.priority definition.content;

  merge =
    definitions:
    let
      all = builtins.concatMap (unwrap 100) definitions;
      strongest = builtins.foldl' (least: one: if one.priority < least then one.priority else least) 10000 all;
      values = map (one: one.value) (builtins.filter (one: one.priority == strongest) all);
      first = builtins.head values;
    in
    if builtins.isAttrs first then
      builtins.zipAttrsWith (_: merge) (map (one: one.value) all)
    else if builtins.isList first then
      builtins.concatLists values
    else if builtins.all (value: value == first) values then
      first
    else
      throw "two values for one option: ${builtins.toJSON values}";

  load =
    config: module:
    let
      isFile = builtins.isPath module || builtins.isString module;
      outside = isFile && builtins.substring 0 (builtins.stringLength modulesPath) (toString module) == modulesPath;
      loaded = if isFile then import module else module;
      body = if builtins.isFunction loaded then loaded { inherit config lib modulesPath; pkgs = { }; } else loaded;
    in
    if outside then
      [ ]
    else
      builtins.concatMap (load config) (body.imports or [ ]) ++ [ (builtins.removeAttrs body [ "imports" ]) ];

  evaluate =
    system:
    let
      config = merge (builtins.concatMap (load config) system.modules);
    in
    config;

  flake = (import (directory + "/flake.nix")).outputs {
    self = { };
    nixpkgs.lib.nixosSystem = system: system;
    impermanence.nixosModules.impermanence = { };
  };

  pathOf = entry: if builtins.isString entry then entry else entry.directory or entry.file;

  facts = config: {
    hostName = config.networking.hostName;
    sshd = config.services.openssh.enable or false;
    hostKeys = map (key: key.path) (config.services.openssh.hostKeys or [ ]);
    persistence = builtins.mapAttrs (_: storage: {
      directories = map pathOf (storage.directories or [ ]);
      files = map pathOf (storage.files or [ ]);
      users = builtins.mapAttrs (_: user: map pathOf ((user.directories or [ ]) ++ (user.files or [ ]))) (storage.users or { });
    }) (config.environment.persistence or { });
    etc = builtins.mapAttrs (_: file: file.source) (config.environment.etc or { });
    tmpfiles = config.systemd.tmpfiles.rules or [ ];
    fileSystems = builtins.mapAttrs (_: mount: {
      inherit (mount) device fsType;
      neededForBoot = mount.neededForBoot or false;
    }) config.fileSystems;
    rollback =
      builtins.mapAttrs (_: service: service.script) (config.boot.initrd.systemd.services or { })
      // (if config.boot.initrd ? postResumeCommands then { postResumeCommands = config.boot.initrd.postResumeCommands; } else { });
    systemdInitrd = config.boot.initrd.systemd.enable or false;
    stateVersion = config.system.stateVersion;
  };
in
builtins.mapAttrs (_: system: facts (evaluate system)) flake.nixosConfigurations
