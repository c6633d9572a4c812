#!/bin/bash
# Builds tree-sitter-nix.wasm from the npm package tree-sitter-nix (a devDependency) and grammar.diff. Offline, a few seconds.
# usage: build.sh [OUT]      (default: ../tree-sitter-nix.wasm)
# Needs clang, lld and patch of Debian 12, node, and the tree-sitter command: $TREE_SITTER, else what fetch-tree-sitter.sh fetched, else the one in PATH.
# Exit status 3: a tool is missing; its name is on stderr.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1:-$here/../tree-sitter-nix.wasm}")
source=${TREE_SITTER_NIX:-$here/../../node_modules/tree-sitter-nix}
fetched=${XDG_CACHE_HOME:-$HOME/.cache}/keepsake/tree-sitter/tree-sitter
tree_sitter=${TREE_SITTER:-}
if [ -z "$tree_sitter" ]; then if [ -x "$fetched" ]; then tree_sitter=$fetched; else tree_sitter=tree-sitter; fi; fi
for tool in clang wasm-ld patch node "$tree_sitter"; do
  command -v "$tool" >/dev/null || { echo "$tool" >&2; exit 3; }
done

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir package
cp -r "$source/grammar.js" "$source/src" package/
chmod -R u+w package
patch -s -p1 -d package < "$here/grammar.diff"
rm -rf package/src/parser.c package/src/grammar.json package/src/node-types.json package/src/tree_sitter
( cd package && "$tree_sitter" generate --no-bindings )

# The scanner includes stdlib.h and takes nothing from it, so that no C library is needed.
printf '#pragma once\n#include <stddef.h>\n' > stdlib.h
for unit in parser scanner; do
  clang --target=wasm32-unknown-emscripten -fPIC -fvisibility=hidden -Os -ffreestanding -nostdinc \
    -isystem "$(clang -print-resource-dir)/include" -isystem . -Ipackage/src -ffile-prefix-map="$work=." \
    -c "package/src/$unit.c" -o "$unit.o"
done
wasm-ld --experimental-pic -shared --no-entry --allow-undefined --strip-all --export=tree_sitter_nix parser.o scanner.o -o "$out"
chmod 644 "$out"
sha256sum "$out"
