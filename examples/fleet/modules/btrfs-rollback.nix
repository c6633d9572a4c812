# Moves the old root away and starts with a new subvolume; old roots stay for a month.
{ config, ... }:
let
  device = config.fileSystems."/".device;
in
{
  boot.initrd.systemd.services.rollback = {
    description = "Start with an empty root subvolume";
    wantedBy = [ "initrd.target" ];
    requires = [ "initrd-root-device.target" ];
    after = [
      "initrd-root-device.target"
      "local-fs-pre.target" # not before a resume from hibernation, which needs the old root
    ];
    before = [ "sysroot.mount" ];
    unitConfig.DefaultDependencies = "no";
    serviceConfig.Type = "oneshot";
    script = ''
      mkdir -p /btrfs
      mount -t btrfs -o subvolid=5 ${device} /btrfs

      delete_recursively() {
        btrfs subvolume list -o "$1" | cut -d ' ' -f 9- | while IFS= read -r child; do
          delete_recursively "/btrfs/$child"
        done
        btrfs subvolume delete "$1"
      }

      mkdir -p /btrfs/old_roots
      if [ -e /btrfs/root ]; then
        timestamp=$(date --date="@$(stat -c %Y /btrfs/root)" +%Y-%m-%dT%H:%M:%S)
        mv /btrfs/root "/btrfs/old_roots/$timestamp"
      fi
      for old in /btrfs/old_roots/*; do
        [ -e "$old" ] || continue
        if [ $(( $(date +%s) - $(stat -c %Y "$old") )) -gt 2592000 ]; then
          delete_recursively "$old"
        fi
      done

      btrfs subvolume create /btrfs/root
      umount /btrfs
    '';
  };
}
