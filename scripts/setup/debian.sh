#!/bin/bash
# Installs the Debian packages that the tests and the demo need and that are not there yet. Exits 3, with a reason on stdout, where it can't.
set -euo pipefail
packages=(
  nix-bin                                              # nix-instantiate, to check what Keepsake writes
  chromium                                             # opens VS Code in the browser
  openssh-client openssh-server procps                 # the host on loopback
  qemu-system-x86 qemu-utils zstd util-linux           # runs the ZFS machine
  mmdebstrap debian-archive-keyring busybox-static cpio xz-utils binutils # builds it
  clang lld patch                                      # rebuilds the grammar, to see that the wasm here is what its source gives
)
missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
# By apt's lists the other parts find the mirror, and images come without them.
has_lists() { [ -n "$(apt-get indextargets --format '$(LABEL)' 'Created-By: Packages' | tr -d '[:space:]')" ]; }
if [ ${#missing[@]} = 0 ] && { [ "$(id -u)" != 0 ] || has_lists; }; then exit 0; fi
if [ "$(id -u)" != 0 ]; then
  echo "not root, and these Debian packages are missing: ${missing[*]}"
  exit 3
fi

# A test needs the program sshd, not a server that listens to the world: nothing that is installed here may start.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
# One source that does not answer is no reason to give up: the packages may come from the others.
apt-get -o DPkg::Lock::Timeout=600 update -qq >&2 || true
[ ${#missing[@]} = 0 ] && exit 0
apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "${missing[@]}" >&2
# Nor may it start at the next boot.
for package in "${missing[@]}"; do
  if [ "$package" = openssh-server ] && [ -d /run/systemd/system ]; then systemctl disable --quiet ssh.service ssh.socket || true; fi
done
