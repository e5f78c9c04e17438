# Sourced by the scripts beside it: installs what klio needs and this machine lacks. Debian, root or sudo.
# Bun comes from npm, Docker Engine and the small tools from Debian. Asked again, it does nothing.

BUN_MIN=1.4.5
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
say() { printf '· %s\n' "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 2; }

apt_has_lists=
install_packages() { # Debian packages
  command -v apt-get >/dev/null || die "install these with this system's package manager: $*"
  say "installing $*"
  [ -n "$apt_has_lists" ] || { as_root apt-get update -qq >&2; apt_has_lists=1; }
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1 ||
    die "apt-get install $* fails; try it by hand"
}

need_bun() {
  have=$(bun --version 2>/dev/null || echo 0)
  if [ "$(printf '%s\n%s\n' "$BUN_MIN" "$have" | sort -V | head -1)" != "$BUN_MIN" ]; then
    command -v npm >/dev/null || die "Bun $BUN_MIN or newer is needed, and npm to install it (Debian: apt-get install npm)"
    say "installing Bun from npm"
    as_root npm install --global --silent "bun@>=$BUN_MIN" >&2 || die "npm install --global bun fails"
  fi
  bun install --frozen-lockfile --silent >&2 || die "bun install fails"
}

docker_answers() {
  bun -e 'await fetch("http://docker/_ping", { unix: "/var/run/docker.sock" }).catch(() => process.exit(1))' >/dev/null 2>&1
}

# Sets DOCKERD_PID when it had to start the daemon by hand.
need_docker() { # file for the daemon's log
  DOCKERD_PID=
  [ -z "${DOCKER_HOST:-}" ] || return 0
  docker_answers && return 0
  command -v dockerd >/dev/null || install_packages docker.io
  for _ in 1 2 3; do docker_answers && return 0; sleep 1; done
  [ ! -S /var/run/docker.sock ] || [ -w /var/run/docker.sock ] || die "may not use /var/run/docker.sock: add yourself to group docker"
  say "starting dockerd by hand; its log is $1"
  # exec, so that $! is the daemon itself (or sudo, which passes signals on); setsid keeps Ctrl-C from it.
  { [ "$(id -u)" = 0 ] && exec setsid dockerd || exec sudo setsid dockerd; } >"$1" 2>&1 </dev/null &
  DOCKERD_PID=$!
  for _ in $(seq 1 60); do docker_answers && return 0; sleep 0.5; done
  die "dockerd does not answer: $(tail -1 "$1")"
}
