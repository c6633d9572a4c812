# Sourced by the machine's first program (zfs/guest/init) once a test has set up this root.
chroot /nix/deb modprobe btrfs || return
until [ -b /dev/zd0 ]; do usleep 100000; done
chroot /nix/deb bash -eu -s </persist/boot/rollback.sh || return
for subvolume in root home persist; do
  [ $subvolume = root ] && at=/sysroot || at=/sysroot/$subvolume
  mkdir -p $at
  mount -t btrfs -o subvol=$subvolume /dev/zd0 $at || return
done
