#!/bin/bash
# Fetches the tree-sitter command of Debian 13 and the libraries it runs on, without installing anything, and prints a command to run it by.
# usage: fetch-tree-sitter.sh [DIR]      (default: ~/.cache/keepsake/tree-sitter)
# Debian 12 has no tree-sitter-cli. Mirror and keys are those the machine's own apt already uses. Does nothing when DIR is complete.
set -eu
release=trixie
dir=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/keepsake/tree-sitter}
command=$dir/tree-sitter
if [ -x "$command" ] && "$command" --version >/dev/null 2>&1; then echo "$command"; exit 0; fi

mirror=$(apt-get indextargets --format '$(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
  awk '$1 == "main" && $2 !~ /security/ { print $2; exit }')
[ -n "$mirror" ] || { echo "fetch-tree-sitter: apt on this machine has no Debian source with a main component" >&2; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || { echo "fetch-tree-sitter: $keyring is missing (package debian-archive-keyring)" >&2; exit 1; }

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/deb" "$work/tree/root"
echo "deb [signed-by=$keyring] $mirror $release main" > "$work/sources.list"
options=(-q=2 -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$work/lists"
  -o "Dir::Cache=$work/cache" -o APT::Default-Release= -o APT::Sandbox::User=root)
apt-get "${options[@]}" update >&2
( cd "$work/deb" && apt-get "${options[@]}" download "tree-sitter-cli/$release" "libc6/$release" "libgcc-s1/$release" >&2 )
for package in "$work"/deb/*.deb; do dpkg-deb -x "$package" "$work/tree/root"; done

# The binary wants a newer C library than Debian 12 has, so it is started by the loader that came with that library.
loader=$(cd "$work/tree/root" && find . -name 'ld-linux*.so*' | head -1)
library=$(cd "$work/tree/root" && dirname "$(find . -name libc.so.6 | head -1)")
cat > "$work/tree/tree-sitter" <<EOF
#!/bin/sh
here=\$(dirname "\$(readlink -f "\$0")")
exec "\$here/root/$loader" --library-path "\$here/root/$library" "\$here/root/usr/bin/tree-sitter" "\$@"
EOF
chmod 755 "$work/tree/tree-sitter"
"$work/tree/tree-sitter" --version >&2
mkdir -p "$(dirname "$dir")"; rm -rf "$dir"; mv "$work/tree" "$dir"
echo "$command"
