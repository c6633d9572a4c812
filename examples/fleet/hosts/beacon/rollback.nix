# Still the scripted initrd: the router comes up without a keyboard, and this is what has been tested on it.
{ lib, ... }:
{
  boot.initrd.systemd.enable = false;

  boot.initrd.postResumeCommands = lib.mkAfter ''
    mkdir -p /btrfs
    mount -t btrfs -o subvolid=5 /dev/mapper/beacon /btrfs

    # systemd makes subvolumes of its own in / (machines, portables); they go first
    btrfs subvolume list -o /btrfs/root | cut -d ' ' -f 9- | while IFS= read -r child; do
      btrfs subvolume delete "/btrfs/$child"
    done
    btrfs subvolume delete /btrfs/root
    btrfs subvolume snapshot /btrfs/root-blank /btrfs/root

    umount /btrfs
  '';
}
