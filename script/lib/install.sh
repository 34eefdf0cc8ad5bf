# What script/bootstrap installs. Each function does nothing when its part is there already.

NODE_VERSION=24.21.0
CRYPTOGRAPHY_VERSION=48.0.0
LOG="$ROOT/.runtime/bootstrap.log"

# step <title> <command…>: runs it quietly, prints one line with its seconds; on failure shows the end of its output.
step() {
  local title="$1" started=$SECONDS
  shift
  printf '  %s … ' "$title"
  if "$@" >"$LOG" 2>&1 8>&-; then
    echo "$((SECONDS - started)) s"
  else
    echo "failed after $((SECONDS - started)) s"
    tail -n 15 "$LOG" | sed 's/^/    /'
    return 1
  fi
}

pinned() {
  sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$ROOT/src/apps/embedded/versions.json"
}

# --- Node ------------------------------------------------------------------------------------------------------------

install_node() {
  local package="node-linux-$1" home="$ROOT/.runtime/node-$NODE_VERSION"
  rm -rf "$home" && mkdir -p "$home" && echo '{"private":true}' >"$home/package.json" &&
    npm install --prefix "$home" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
      "$package@$NODE_VERSION" &&
    "$home/node_modules/$package/bin/node" --version &&
    ln -sfn "node-$NODE_VERSION/node_modules/$package" "$ROOT/.runtime/node"
}

ensure_node() {
  if ! command -v npm >/dev/null 2>&1; then
    echo "Node.js with npm is missing: install any version of it (Debian: apt-get install npm), then run this again."
    return 1
  fi
  node_runs_typescript && return
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) step "Node $NODE_VERSION into .runtime (found $(node --version))" install_node x64 ;;
    Linux-aarch64) step "Node $NODE_VERSION into .runtime (found $(node --version))" install_node arm64 ;;
    *)
      echo "Node 22.18 or later is needed and $(node --version) was found: install one for this machine."
      return 1
      ;;
  esac
  choose_node
}

# --- npm packages ----------------------------------------------------------------------------------------------------

ensure_packages() {
  local stamp="$ROOT/node_modules/.xinqiao-stamp" want
  want="$(sha256sum <"$ROOT/package-lock.json") $(uname -m)"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then return; fi
  step 'npm packages' npm --prefix "$ROOT" ci --ignore-scripts --no-audit --no-fund
  echo "$want" >"$stamp"
}

# --- Debian packages -------------------------------------------------------------------------------------------------

may_use_apt() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1
}

# Two clones at once take turns. --no-remove: nothing that is installed may go.
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  local options=(-y -q --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300)
  exec 7>/tmp/xinqiao-apt.lock
  flock 7
  apt-get install "${options[@]}" "$@" 7>&- ||
    { apt-get update -q 7>&- && apt-get install "${options[@]}" "$@" 7>&-; }
}

# --- Redis -----------------------------------------------------------------------------------------------------------

has_redis() {
  command -v redis-server >/dev/null 2>&1 || command -v valkey-server >/dev/null 2>&1
}

# The package would start a server of its own on Redis' usual port; Xinqiao starts its own on a free one.
install_redis() {
  local ran_before=no
  pgrep -x redis-server >/dev/null 2>&1 && ran_before=yes
  apt_install redis-server || return 1
  if [ "$ran_before" = no ]; then
    if [ -d /run/systemd/system ]; then
      systemctl disable --now redis-server.service || true
    else
      service redis-server stop || true
    fi
  fi
  has_redis
}

ensure_redis() {
  has_redis && return
  if may_use_apt && step 'Redis (Debian package redis-server)' install_redis; then return; fi
  echo '  No Redis here and no right to install one: deliveries run in direct mode, without a queue.'
}

# --- MongoDB server --------------------------------------------------------------------------------------------------

fast_home() {
  echo "$CACHE/secantusd-rs-$(pinned secantusd-rs)"
}

has_mongod() {
  [ -n "${MONGODB_URI:-}" ] || command -v mongod >/dev/null 2>&1 || [ -x "${MONGOMS_SYSTEM_BINARY:-}" ] ||
    compgen -G "$CACHE/mongod/mongod*-$(pinned mongod)" >/dev/null
}

has_fast() {
  [ -x "$(fast_home)/bin/secantusd-rs" ]
}

has_slow() {
  [ "$(cat "$ROOT/.runtime/secantusd-py/.ready" 2>/dev/null)" = "$(pinned secantusd-py)" ]
}

rust_is_new_enough() {
  local version
  cargo --version >/dev/null 2>&1 || return 1
  version="$(rustc --version 2>/dev/null | sed 's/^rustc 1\.\([0-9]*\)\..*/\1/')"
  [ "${version:-0}" -ge 95 ] 2>/dev/null
}

# A toolchain on PATH, else Debian's; sets CARGO and RUSTC for the build.
find_rust() {
  rust_is_new_enough && return
  [ -x /usr/bin/cargo ] || return 1
  export PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc
  rust_is_new_enough
}

has_build_tools() {
  command -v cmake >/dev/null 2>&1 && command -v cc >/dev/null 2>&1 && [ -e /usr/include/zlib.h ]
}

build_fast() {
  local home="$1" version="$2"
  rm -rf "$home.part" "$home" &&
    cargo install --ignore-rust-version secantus-mdb --version "$version" --root "$home.part" &&
    "$home.part/bin/secantusd-rs" --version &&
    mv "$home.part" "$home"
}

# Built in the user's cache folder, once for all clones; a second clone waits for the first.
ensure_fast() {
  local home version
  home="$(fast_home)"
  version="$(pinned secantusd-rs)"
  mkdir -p "$CACHE"
  exec 9>"$home.lock"
  flock -n 9 || { echo '  Another clone is building the fast store: waiting for it.'; flock 9; }
  has_fast && return
  if may_use_apt && ! has_build_tools; then
    step 'C compiler, cmake and zlib (Debian packages)' apt_install gcc g++ make cmake libc6-dev zlib1g-dev || true
  fi
  if ! find_rust && may_use_apt; then
    step 'Rust (Debian packages cargo-web and rustc-web)' apt_install cargo-web rustc-web || true
  fi
  if ! find_rust || ! has_build_tools; then
    echo '  The fast store needs Rust 1.95, cmake, a C compiler and zlib to be built, and this machine lacks one.'
    return 1
  fi
  step "secantusd-rs $version, built once for this user (about 5 minutes on 2 cores)" build_fast "$home" "$version"
}

# make_venv <folder> <package==version…>: a Python environment of its own; Debian splits venv from Python.
make_venv() {
  local home="$1" python
  shift
  for python in python3 /usr/bin/python3; do
    rm -rf "$home"
    "$python" -m venv "$home" && "$home/bin/pip" --version && break
    [ "$python" = python3 ] && may_use_apt && apt_install python3 python3-venv || return 1
  done
  "$home/bin/pip" install --quiet "$@"
}

install_slow() {
  local home="$ROOT/.runtime/secantusd-py" version="$1"
  make_venv "$home" "SecantusDB==$version" &&
    "$home/bin/secantusd-py" --help &&
    echo "$version" >"$home/.ready"
}

ensure_mongo() {
  local store="$1" version
  has_mongod && return
  has_fast && return
  [ "$store" = any ] && has_slow && return
  if node "$ROOT/script/lib/download-mongod.ts" --probe; then
    step "MongoDB $(pinned mongod) (its own download)" node "$ROOT/script/lib/download-mongod.ts" && return
  fi
  if [ "$store" = fast ]; then
    ensure_fast && return
    echo '  Going on with the slow store (secantusd-py): the same protocol, about a tenth of the speed.'
    has_slow && return
  fi
  version="$(pinned secantusd-py)"
  step "secantusd-py $version into .runtime (Python package SecantusDB)" install_slow "$version"
}

# --- the exchange protocol's client in Python, for its test -----------------------------------------------------------

install_python_client() {
  local home="$ROOT/.runtime/python-client"
  make_venv "$home" --only-binary=:all: "cryptography==$CRYPTOGRAPHY_VERSION" &&
    "$home/bin/python" -c 'import cryptography.hazmat.primitives.asymmetric.ed25519' &&
    echo "$CRYPTOGRAPHY_VERSION" >"$home/.ready"
}

# Without it the other tests run, and the one that drives the Python client fails.
ensure_python_client() {
  if [ "$(cat "$ROOT/.runtime/python-client/.ready" 2>/dev/null)" = "$CRYPTOGRAPHY_VERSION" ]; then return; fi
  step "Python's cryptography $CRYPTOGRAPHY_VERSION into .runtime" install_python_client ||
    echo '  No Python environment with cryptography: the test of the Python client will fail.'
}

# --- what only tests need: departments' databases, and a browser --------------------------------------------------------

has_mariadb() {
  [ -x /usr/sbin/mariadbd ] && [ -x /usr/bin/mariadb-install-db ] && [ -x /usr/bin/my_print_defaults ]
}

has_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

# Only the programs: these packages bring no service and no database of their own.
install_mariadb() {
  apt_install mariadb-server-core mariadb-client-core && has_mariadb
}

# The package would make and start a cluster of its own; the tests make theirs in a folder of the run.
install_postgres() {
  mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/xinqiao.conf
  apt_install postgresql-15 && has_postgres
}

has_browser() {
  [ -x /usr/bin/chromium ] || [ -x /usr/bin/chromium-browser ] || [ -x /usr/bin/google-chrome ]
}

install_browser() {
  apt_install chromium && has_browser
}

has_sshd() {
  [ -x /usr/sbin/sshd ] || [ -x "$CACHE/openssh/usr/sbin/sshd" ]
}

# The packages would set up a service of this machine: they are unpacked in the cache, and none of it is installed.
install_sshd() (
  rm -rf "$CACHE/openssh" && mkdir -p "$CACHE/openssh" && cd "$CACHE/openssh" || return
  apt-get download openssh-server libwrap0 || { apt-get update -q && apt-get download openssh-server libwrap0; } || return
  for package in ./*.deb; do dpkg-deb -x "$package" . || return; done
  has_sshd
)

# Without it the tests of sources that come by SFTP fail and say so.
ensure_sftp_server() {
  has_sshd || { may_use_apt && step 'OpenSSH server (Debian package openssh-server, unpacked in the cache)' install_sshd; } ||
    echo '  No OpenSSH server here and no way to fetch it: tests of SFTP sources will fail.'
}

# Without it the other tests run, and those that open a page in it fail and say so.
ensure_browser() {
  has_browser || { may_use_apt && step 'Chromium (Debian package chromium)' install_browser; } ||
    echo '  No Chromium here and no right to install it: tests that open a page will fail.'
}

# Without them the other tests run, and those that need them fail and say so.
ensure_sql_servers() {
  has_mariadb || { may_use_apt && step 'MariaDB (Debian packages mariadb-server-core and mariadb-client-core)' install_mariadb; } ||
    echo '  No MariaDB here and no right to install it: tests of MySQL sources and platforms will fail.'
  has_postgres || { may_use_apt && step 'PostgreSQL (Debian package postgresql-15)' install_postgres; } ||
    echo '  No PostgreSQL here and no right to install it: tests of PostgreSQL sources and platforms will fail.'
}
