#!/bin/sh
# Credentials beside Tencent's official npm libraries, node:crypto, Go's standard library and PHP: sh benches/peers/run.sh [runs]
# All on one core (CORE, by default 1), each run in another order. Builds and installs into target/peers.
set -eu
cd "$(dirname "$0")/../.."
missing=""
need() {
  command -v "$1" > /dev/null || { echo "error: $1 is missing; install $2" >&2; missing=1; }
}
need node "Node 20 or newer (Debian: apt-get install nodejs npm)"
need npm "npm (Debian: apt-get install npm)"
need go "Go 1.19 or newer (Debian: apt-get install golang-go)"
need php "PHP 8 with openssl (Debian: apt-get install php-cli)"
need taskset "util-linux (Debian: apt-get install util-linux)"
[ -z "$missing" ] || exit 1

target="${CARGO_TARGET_DIR:-target}"
export PEERS="$(pwd)/target/peers"
vectors="tests/vectors/tencent-vectors.json"
mkdir -p "$PEERS"
if [ ! -d "$PEERS/node_modules/tls-sig-api" ]; then
  npm install --silent --no-audit --no-fund --prefix "$PEERS" tls-sig-api-v2@1.0.2 tls-sig-api@1.0.2
fi
(cd benches/peers/go && CGO_ENABLED=0 go build -o "$PEERS/go_peers" .)
[ -n "${KAIBO_BUILT:-}" ] || cargo build --release --example credential_cost

one() {
  case "$1" in
    kaibo) "$target/release/examples/credential_cost" 3 150 >> "$PEERS/kaibo.txt" ;;
    official) node benches/peers/official.mjs 3 150 >> "$PEERS/node.txt" ;;
    node) node benches/peers/node.mjs 3 150 >> "$PEERS/node.txt" ;;
    go) "$PEERS/go_peers" "$vectors" 3 150 >> "$PEERS/go.txt" ;;
    php) php benches/peers/peers.php "$vectors" 3 150 >> "$PEERS/php.txt" ;;
  esac
}

for name in kaibo node go php; do : > "$PEERS/$name.txt"; done
taskset -cp "${CORE:-1}" $$ > /dev/null
order="kaibo official node go php"
for run in $(seq "${1:-7}"); do
  echo "run $run: $order" >&2
  for name in $order; do one "$name"; done
  order="${order#* } ${order%% *}"
done
node benches/peers/ratios.mjs "$PEERS"
