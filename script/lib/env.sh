# Sourced by every script: sets ROOT and puts a Node that runs TypeScript by itself first on PATH.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
CACHE="${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/xinqiao"

node_runs_typescript() {
  local found
  found="$(command -v node)" || return 1
  [ "$found" = "${XINQIAO_NODE:-}" ] && return
  "$found" -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a >= 24 || (a === 23 && b >= 6) || (a === 22 && b >= 18) ? 0 : 1)' 2>/dev/null || return 1
  export XINQIAO_NODE="$found" # asked once, also for the scripts that this one calls
}

choose_node() {
  node_runs_typescript && return
  [ -x "$ROOT/.runtime/node/bin/node" ] || return 0
  export PATH="$ROOT/.runtime/node/bin:$PATH"
  node_runs_typescript || true
}

# Installs what is missing, on standard error and without touching standard input.
bootstrap() {
  "$ROOT/script/bootstrap" "$@" </dev/null
  choose_node
}

choose_node
