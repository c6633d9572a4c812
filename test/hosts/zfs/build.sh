#!/bin/bash
# Makes a small machine with a real ZFS root that plain QEMU emulation runs: no KVM, no kernel module on this host.
#   build.sh OUTDIR
# Needs root on Debian, x86-64, the packages of scripts/setup/debian.sh, and node with the project's node_modules.
# Leaves OUTDIR/{vmlinuz,initrd,disk.qcow2,frozen.qcow2,state.zst,id_ed25519,id_ed25519.pub,known_hosts,versions}; OUTDIR may be moved.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
mkdir -p "$1"
OUT=$(cd "$1" && pwd)
W=$OUT/scratch
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
RELEASE=bookworm
mkdir -p "$W"
cd "$W"
step() { echo "zfs machine: ${SECONDS} s: $*"; }

# The mirrors are those of this machine. Only they are known to be reachable.
mirror() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Label: $1" | sed -n 's,/*$,,p' | head -n 1; }
MIRROR=$(mirror Debian)
[ -n "$MIRROR" ] || { echo "no Debian mirror in this machine's apt sources" >&2; exit 1; }
SECURITY=$(mirror Debian-Security)
SECURITY=${SECURITY:-${MIRROR%/}-security}
cat >sources.list <<X
deb [signed-by=$KEYRING] $MIRROR $RELEASE main contrib
deb [signed-by=$KEYRING] $MIRROR $RELEASE-updates main contrib
deb [signed-by=$KEYRING] $SECURITY $RELEASE-security main contrib
deb [signed-by=$KEYRING] $MIRROR $RELEASE-backports main contrib
X
# By codename: the suite name of backports changes with every Debian release, and a pin that matches nothing is silent.
cat >preferences <<X
Package: linux-image-* linux-headers-* linux-kbuild-* linux-base zfs-dkms zfsutils-linux libzfs* libnvpair* libuutil* libzpool*
Pin: release n=$RELEASE-backports
Pin-Priority: 900
X
bootstrap() { # DIRECTORY VARIANT PACKAGES
  mmdebstrap --variant="$2" --mode=root --skip=check/empty --include="$3" \
    --setup-hook='mkdir -p "$1/etc/apt/preferences.d"; cp preferences "$1/etc/apt/preferences.d/zfs"' \
    --aptopt='Apt::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    "$RELEASE" "$1" - <sources.list
}
logged() { # LOG COMMAND...
  local log=$1
  shift
  "$@" >"$log" 2>&1 || { tail -n 15 "$log" >&2; exit 1; }
}

step "a chroot to compile the kernel module in"
logged build.log bootstrap build apt gcc,libc6-dev,make,linux-headers-cloud-amd64
KERNEL=$(ls build/usr/src | sed -n 's/^linux-headers-\(.*-cloud-amd64\)$/\1/p')
logged download.log chroot build sh -euc "apt-get update -qq; cd /tmp
  apt-get download -qq -o APT::Sandbox::User=root zfs-dkms linux-image-$KERNEL"
dpkg-deb -x build/tmp/zfs-dkms_*.deb build
dpkg-deb -x build/tmp/linux-image-*.deb kernel
ZFS=$(basename "$(ls -d build/usr/src/zfs-*)")

step "configure $ZFS for $KERNEL"
logged configure.log chroot build sh -euc "cd /usr/src/$ZFS; ./configure --with-config=kernel \
  --with-linux=/usr/src/linux-headers-${KERNEL%-cloud-amd64}-common --with-linux-obj=/usr/src/linux-headers-$KERNEL"
step "compile"
# Without debug information and BTF it takes half the time.
logged make.log chroot build sh -euc "cd /usr/src/$ZFS; make -s -j$(nproc) -C module KCFLAGS=-g0 CONFIG_DEBUG_INFO_BTF_MODULES="
mkdir modules
find "build/usr/src/$ZFS/module" -name '*.ko' | while read -r module; do strip --strip-debug -o "modules/$(basename "$module")" "$module"; done
rm -rf --one-file-system build

step "the root tree"
logged root.log bootstrap root essential mount,zfsutils-linux,openssh-server,kmod,iproute2,btrfs-progs,attr,acl,procps,python3-minimal
mkdir -p root/usr/lib/modules
cp -a "kernel/lib/modules/$KERNEL" root/usr/lib/modules/
cp -a modules "root/usr/lib/modules/$KERNEL/updates"
(cd "root/usr/lib/modules/$KERNEL/kernel" && rm -rf sound drivers/gpu drivers/net/ethernet drivers/scsi drivers/infiniband drivers/media net/sched net/netfilter)
chroot root depmod "$KERNEL"
chroot root useradd -M -u 1000 -s /bin/bash alice
chroot root usermod -p '*' alice # sshd without PAM refuses a locked account
cp /bin/busybox root/usr/bin/busybox
ssh-keygen -q -t ed25519 -N '' -C keepsake-test -f "$OUT/id_ed25519"
ssh-keygen -q -t ed25519 -N '' -C tank -f host_key
echo "tank $(cut -d' ' -f1,2 host_key.pub)" >"$OUT/known_hosts"
mkdir -p root/seed root/etc/ssh/authorized_keys.d
cp "$HERE/guest/stage2" "$HERE/guest/sshd_config" root/seed/
chmod 755 root/seed/stage2
cp host_key root/seed/ssh_host_ed25519_key
cp host_key.pub root/seed/ssh_host_ed25519_key.pub
for user in root alice; do cp "$OUT/id_ed25519.pub" "root/etc/ssh/authorized_keys.d/$user"; done
(cd root/etc && rm -rf .pwd.lock ssh/ssh_host_* machine-id hostname resolv.conf apt dpkg cron.* rc?.d init.d default kernel systemd skel selinux \
  logcheck logrotate.d update-motd.d emacs debconf.conf debian_version adduser.conf deluser.conf motd issue issue.net \
  sv ufw runit perl python3* gss opt && find . -mindepth 1 -type d -empty -delete)

# /etc as NixOS activation makes it: directories and the user database are real, the rest are links to /etc/static in the store.
# What only Debian has there is left out, and what NixOS adds is there by name.
for name in bashrc set-environment inputrc hosts hostname locale.conf vconsole.conf lsb-release issue nscd.conf netgroup fuse.conf zoneinfo localtime \
  nix/nix.conf nix/registry.json ssh/sshd_config ssh/ssh_known_hosts ssl/certs/ca-bundle.crt pki/tls/certs/ca-bundle.crt tmpfiles.d/00-nixos.conf \
  systemd/system systemd/user systemd/journald.conf systemd/logind.conf dbus-1 polkit-1/rules.d/10-nixos.rules udev/rules.d udev/hwdb.bin; do
  mkdir -p "root/etc/$(dirname "$name")"
  [ -e "root/etc/$name" ] || : >"root/etc/$name"
done
ETC=store/1x0hfx9m8kqz3vsl5d2b7wjc6ynrp4ga-etc
mkdir -p "root/$ETC" root/seed/etc
tar -C root/etc -cf - --no-recursion $(cd root/etc && find . -type d) | tar -C root/seed/etc -xf -
(cd root/etc && find . ! -type d -printf '%P\n') | while read -r name; do
  # Links of Debian's own are often relative to /etc, and would point nowhere from the store.
  [ -L "root/etc/$name" ] && cp -a "root/etc/$name" "root/seed/etc/$name" && continue
  case $name in
  passwd | group | shadow | gshadow | subuid | subgid) cp -a "root/etc/$name" "root/seed/etc/$name" ;;
  *) ln -s "/etc/static/$name" "root/seed/etc/$name" ;;
  esac
done
ln -s "/nix/$ETC/etc" root/seed/etc/static
cp -a root/etc "root/$ETC/etc"
tar -C root --exclude=./var/cache/apt --exclude=./var/lib/apt --exclude=./dev --exclude=./proc --exclude=./sys --exclude=./home -cf root.tar .

step "the initrd"
mkdir -p initrd/{bin,mods,sbin,usr/sbin,etc}
cp /bin/busybox initrd/bin/busybox
: >initrd/modules.order
for wanted in virtio_pci virtio_blk virtio_net zfs; do
  { chroot root modprobe -S "$KERNEL" --show-depends "$wanted" 2>/dev/null || true; } | awk '$1 == "insmod" { print $2 }' | while read -r file; do
    name=$(basename "$file" .xz)
    grep -qx "$name" initrd/modules.order && continue
    case $file in
    *.xz) xz -dc "root$file" >"initrd/mods/$name" ;;
    *) cp "root$file" "initrd/mods/$name" ;;
    esac
    echo "$name" >>initrd/modules.order
  done
done
for tool in zpool zfs; do
  path=$(chroot root sh -c "command -v $tool")
  cp "root$path" initrd/sbin/
  chroot root ldd "$path" | grep -oE '/[^ ]+\.so[^ ]*' | sort -u | while read -r library; do
    mkdir -p "initrd$(dirname "$library")"
    cp -Ln "root$library" "initrd$library"
  done
done
cp "$HERE/guest/init" initrd/init
chmod 755 initrd/init
# Not compressed: under emulation unpacking costs more than reading.
(cd initrd && find . | cpio -o -H newc --quiet) >"$OUT/initrd"
cp "kernel/boot/vmlinuz-$KERNEL" "$OUT/vmlinuz"
{ echo "$ZFS"; echo "$KERNEL"; qemu-system-x86_64 --version | head -n 1; } >"$OUT/versions"

step "install the pool, inside the machine"
truncate -s 6G disk.raw
# An MBR with one partition of the whole disk: on a bare disk zpool create waits half a minute for udev and fails.
partition='\000\376\377\377\277\376\377\377\000\010\000\000\000\370\277\000'
printf "$partition" | dd of=disk.raw bs=1 seek=446 conv=notrunc status=none
printf '\125\252' | dd of=disk.raw bs=1 seek=510 conv=notrunc status=none
# KVM is not used even where /dev/kvm opens: in nested sandboxes it exists and does not run stock kernels.
# cx16 is off because QEMU 7.2 emulates the flags of cmpxchg16b wrongly, which corrupts the memory of kernel 6.12.
timeout 900 qemu-system-x86_64 -accel tcg,thread=multi -cpu max,-cx16 -smp 2 -m 1024 -nographic -no-reboot -nodefaults -serial file:install.log \
  -kernel "$OUT/vmlinuz" -initrd "$OUT/initrd" -append "console=ttyS0 quiet panic=-1 mitigations=off vmmode=install vmdate=$(date +%s)" \
  -drive file=disk.raw,format=raw,if=virtio,cache=unsafe,discard=unmap -drive file=root.tar,format=raw,if=virtio,readonly=on </dev/null
grep -q INSTALL-DONE install.log || { tail -n 20 install.log >&2; exit 1; }
qemu-img convert -O qcow2 -c -o compression_type=zstd disk.raw "$OUT/disk.qcow2"

step "first boot; its memory is kept for warm starts"
cd "$ROOT"
"${NODE:-node}" --import tsx "$HERE/freeze.ts" "$OUT"
rm -rf --one-file-system "$W"
step "done"
