# On the machine with its own root: a btrfs on a block device of the pool, with storage and homes beside the root.
set -euo pipefail
zfs create -s -V 1G rpool/btrfs
until [ -b /dev/zd0 ]; do sleep 0.1; done
modprobe btrfs
mkfs.btrfs -q /dev/zd0
mkdir /run/top
mount /dev/zd0 /run/top
for subvolume in home-blank persist root; do btrfs -q subvolume create /run/top/$subvolume; done
mkdir /run/top/home-blank/alice
chown alice: /run/top/home-blank/alice
btrfs -q subvolume snapshot /run/top/home-blank /run/top/home
cp -a /persist/. /run/top/persist/
umount /run/top
zpool sync
