#!/bin/sh
# Credentials beside Tencent's official npm libraries and node:crypto, in one run on one core: sh benches/peers/run.sh [runs]
# Installs into target/peers. Go and PHP are left out: they need toolchains of their own.
set -eu
cd "$(dirname "$0")/../.."
target="${CARGO_TARGET_DIR:-target}"
export PEERS="$(pwd)/target/peers"
mkdir -p "$PEERS"
if [ ! -d "$PEERS/node_modules/tls-sig-api" ]; then
  npm install --silent --no-audit --no-fund --prefix "$PEERS" tls-sig-api-v2@1.0.2 tls-sig-api@1.0.2
fi
[ -n "${KAIBO_BUILT:-}" ] || cargo build --release --example credential_cost
pin=""
if command -v taskset > /dev/null; then pin="taskset -c 0"; fi
: > "$PEERS/kaibo.txt"
: > "$PEERS/node.txt"
for run in $(seq "${1:-5}"); do
  echo "run $run" >&2
  $pin "$target/release/examples/credential_cost" 3 150 >> "$PEERS/kaibo.txt"
  $pin node benches/peers/official.mjs 3 150 >> "$PEERS/node.txt"
  $pin node benches/peers/node.mjs 3 150 >> "$PEERS/node.txt"
done
node benches/peers/ratios.mjs "$PEERS/kaibo.txt" "$PEERS/node.txt"
