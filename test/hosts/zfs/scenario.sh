#!/bin/bash
# Run as root on the ZFS machine: writes what a NixOS machine that has been up for a while has written since its blank snapshot.
# Kept, by bind mounts from /persist as impermanence makes them: /etc/machine-id, /var/lib/nixos, /var/lib/postgresql; and
# /var/lib/tailscale, which is mounted though the example configuration of this host no longer declares it.
set -euo pipefail
put() { # PATH [BYTES]: a file and its directories
  mkdir -p "${1%/*}"
  head -c "${2:-200}" /dev/urandom >"$1"
}

# ---- kept
keep_directory() {
  mkdir -p "/persist$1" "$1"
  mount --bind "/persist$1" "$1"
}
mkdir -p /persist/etc
[ -s /persist/etc/machine-id ] || echo 5b1f6a0c8e3d4b7f9a2c1d0e6f8b7a95 >/persist/etc/machine-id
touch /etc/machine-id
mount --bind /persist/etc/machine-id /etc/machine-id
for directory in /var/lib/nixos /var/lib/postgresql /var/lib/tailscale; do keep_directory "$directory"; done
echo '{"alice":1000,"vaultwarden":994,"headscale":993}' >/var/lib/nixos/uid-map
put /var/lib/nixos/gid-map
put /var/lib/postgresql/16/PG_VERSION 3
put /var/lib/tailscale/tailscaled.state

# ---- identities and secrets that nothing keeps
for key in ssh_host_ed25519_key ssh_host_rsa_key; do
  put "/etc/ssh/$key" 400
  put "/etc/ssh/$key.pub" 100
done
put /etc/NetworkManager/system-connections/Home.nmconnection
put /var/lib/acme/vault.example.org/key.pem
put /var/lib/acme/vault.example.org/fullchain.pem
put /root/.ssh/known_hosts
put /root/.bash_history

# ---- services
put /var/lib/vaultwarden/db.sqlite3 8192
put /var/lib/vaultwarden/rsa_key.pem 1700
put /var/lib/vaultwarden/icon_cache/example.org.png
put /var/lib/headscale/db.sqlite 8192
put /var/lib/headscale/noise_private.key 72
mkdir -p /var/lib/headscale/cache
put /var/lib/fail2ban/fail2ban.sqlite3
mkdir -p -m 700 /var/lib/private
put /var/lib/private/AdGuardHome/AdGuardHome.yaml
ln -sfn private/AdGuardHome /var/lib/AdGuardHome
mkdir -p /var/lib/containers/storage/overlay
put /var/lib/containers/storage/db.sql
put /var/lib/bluetooth/00:1A:7D:DA:71:13/settings
# A database deleted while its process runs on has no name any more; zfs diff shows it as (on_delete_queue).
put /var/lib/vaultwarden/db.sqlite3-migration
exec 9<>/var/lib/vaultwarden/db.sqlite3-migration
setsid sleep infinity </dev/null >/dev/null 2>&1 &
exec 9>&-
rm /var/lib/vaultwarden/db.sqlite3-migration

# ---- what systemd, the shell and activation write on any NixOS machine
machine=$(cat /etc/machine-id)
put "/var/log/journal/$machine/system.journal" 8192
put "/var/log/journal/$machine/user-1000.journal"
for log in wtmp btmp lastlog; do put "/var/log/$log"; done
put /var/lib/systemd/random-seed 512
for timer in fstrim nix-gc zfs-scrub; do put "/var/lib/systemd/timers/stamp-$timer.timer" 0; done
mkdir -p /var/lib/systemd/coredump /var/spool/cron /var/cache/nscd /srv
put /var/lib/logrotate.status
put /var/cache/fontconfig/CACHEDIR.TAG
put /var/db/sudo/lectured/1000 0
put /var/tmp/systemd-private-4fd1-vaultwarden.service-gJ2kQx/tmp/upload
put /tmp/nix-shell-1234-0/rc
put /etc/.clean
for tag in /etc/NIXOS /etc/.pwd.lock /etc/.updated /var/.updated; do : >"$tag"; done
put /etc/resolv.conf
put /etc/adjtime
put /root/.cache/nix/fetcher-cache-v2.sqlite 4096
put /root/.nix-channels 80
mkdir -p /root/.nix-defexpr
ln -sfn /nix/var/nix/profiles/per-user/root/channels /root/.nix-defexpr/channels_root
ln -sfn /nix/store/9kq2wvxz1c0hbm8s7dyf3plr5i4gjn6a-bash-interactive-5.2p37/bin/bash /root/.login-shell
: >/run/keepsake-scenario

# ---- names that break careless programs
odd=/srv/share
mkdir -p $odd
for name in 'with space' $'new\nline' $'tab\there' "it's" 'say "hi"' '${pkgs.hello}' "''\${x}" '$(touch keepsake-was-here)' '`touch keepsake-was-here`' \
  'back\slash' 'literal\0040' $'latin1-\xe9' $'invalid-\xff\xfe' $'caf\xc3\xa9' $'\xf0\x9f\x97\x9d key' $'esc\x1b[31mred\x1b[0m' $'bell\a' '-rf' ' -> arrow' \
  '(+1)' '#hash' '~tilde' '*glob?[' ';reboot' '<script>' '%s%n' '.hidden' "$(printf 'n%.0s' {1..255})"; do
  echo odd >"$odd/$name"
done
mkdir -p "$odd/a directory" && echo odd >"$odd/a directory/\$x"
mkfifo $odd/fifo 2>/dev/null || true
[ -S $odd/socket ] || python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('$odd/socket')"
