# In the initrd, as people have it in their configuration: the root is moved away and made anew, homes come from a blank subvolume.
mount -t btrfs -o subvol=/ /dev/zd0 /mnt
delete_subvolume_recursively() {
  btrfs subvolume list -o "$1" | cut -f 9- -d ' ' | while read -r below; do delete_subvolume_recursively "/mnt/$below"; done
  btrfs subvolume delete "$1"
}
if [ -e /mnt/root ]; then
  mkdir -p /mnt/old_roots
  mv /mnt/root "/mnt/old_roots/$(date --date="@$(stat -c %Y /mnt/root)" +%Y-%m-%d_%H:%M:%S)"
fi
btrfs subvolume create /mnt/root
delete_subvolume_recursively /mnt/home
btrfs subvolume snapshot /mnt/home-blank /mnt/home
umount /mnt
