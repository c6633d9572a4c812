#!/bin/bash
# Inside the ZFS machine: makes another root beside its own, and serves one ssh connection (on stdin and stdout) from inside of it.
#   otherRoot.sh make btrfs|tmpfs|overlay-etc   once; says nothing when all is well
#   otherRoot.sh serve btrfs|tmpfs|overlay-etc  a namespace of its own, whose / is that root, and sshd in it
# The userland is the machine's own, below /nix, as on NixOS; what is kept comes from /persist by bind mounts.
set -euo pipefail
what=$1 kind=$2
base=/run/other/$kind

fill() { # DIRECTORY: what activation makes of an empty root
  cd "$1"
  mkdir -p nix persist proc sys dev run tmp etc root var/lib var/log srv
  ln -sfn nix/deb/usr usr
  for d in bin sbin lib lib64; do ln -sfn usr/$d $d; done
  cp -a /etc/passwd /etc/group /etc/shadow etc/
  mkdir -p etc/ssh; cp -rL /etc/ssh/authorized_keys.d etc/ssh/
}

if [ "$what" = make ]; then
  mkdir -p "$base"
  case $kind in
  btrfs)
    modprobe loop; modprobe btrfs
    truncate -s 400M "$base.img"
    mkfs.btrfs -q "$base.img" 2>/dev/null
    mkdir -p "$base.top"; mount -o loop "$base.img" "$base.top"
    btrfs -q subvolume create "$base.top/root-blank.rw"
    fill "$base.top/root-blank.rw"
    btrfs -q subvolume snapshot -r "$base.top/root-blank.rw" "$base.top/root-blank"
    btrfs -q subvolume delete "$base.top/root-blank.rw" >/dev/null
    btrfs -q subvolume snapshot "$base.top/root-blank" "$base.top/root"
    ;;
  tmpfs | overlay-etc)
    mkdir -p "$base.top"; mount -t tmpfs none "$base.top"
    fill "$base.top"
    ;;
  esac
  exit 0
fi

exec unshare -m --propagation private bash -c '
  set -e
  base=$1 kind=$2
  case $kind in
  btrfs) mount -o subvol=root "$(findmnt -no SOURCE "$base.top")" "$base" ;;
  *) mount --bind "$base.top" "$base" ;;
  esac
  for d in nix persist proc sys dev; do mount --rbind /$d "$base/$d"; done
  mount --bind /run "$base/run"
  mkdir -p "$base/var/lib/nixos"; mount --bind /persist/var/lib/nixos "$base/var/lib/nixos"
  if [ $kind = overlay-etc ]; then
    # Where the initrd has the root.
    [ -e /sysroot ] || ln -s "$base" /sysroot
    mkdir -p "$base/.rw-etc/upper" "$base/.rw-etc/work"
    etc=$(echo /nix/store/*-etc/etc)
    mount -t overlay -o "lowerdir=$etc,upperdir=/sysroot/.rw-etc/upper,workdir=/sysroot/.rw-etc/work" overlay "$base/etc"
  fi
  cd "$base"; mkdir -p run/other-old; pivot_root . run/other-old; umount -l /run/other-old
  exec /usr/sbin/sshd -i -e -f /nix/deb/seed/sshd_config
' bash "$base" "$kind"
