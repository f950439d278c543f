# What run.sh and test.sh need of the machine. Sourced, never run.

# The SDK's own words on its first run help nobody here.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit "${DIE_CODE:-1}"; }

as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "This needs root: run it as root, or install sudo. Command: $*"
  fi
}

require_sdk() {
  if ! command -v dotnet >/dev/null || [[ ! $(dotnet --list-sdks) =~ (^|$'\n')10\. ]]; then
    die "The .NET 10 SDK is not installed. Install the package dotnet-sdk-10.0 (see dotnet.microsoft.com/download), then run this again."
  fi
}

APT_UPDATED=0
install_packages() {
  local missing=()
  local package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [[ ${#missing[@]} -eq 0 ]] && return
  command -v apt-get >/dev/null || die "Please install: ${missing[*]}. This machine has no apt-get to do it with."
  say "Installing ${missing[*]} from the distribution."
  if [[ $APT_UPDATED -eq 0 ]]; then as_root apt-get update -qq; APT_UPDATED=1; fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The same for packages that bring services, which are not to start.
install_packages_idle() {
  local rule=/usr/sbin/policy-rc.d made=0
  if [[ ! -e $rule ]]; then as_root sh -c "printf '#!/bin/sh\\nexit 101\\n' >$rule && chmod +x $rule"; made=1; fi
  install_packages "$@"
  if [[ $made -eq 1 ]]; then as_root rm -f "$rule"; fi
}

# The engine's address: --Docker:Endpoint on the command line, Docker__Endpoint in the environment, or the usual socket.
engine_socket() {
  local endpoint=${Docker__Endpoint:-unix:///var/run/docker.sock}
  while [[ $# -gt 0 ]]; do
    case $1 in
      --Docker:Endpoint) endpoint=${2:-$endpoint} ;;
      --Docker:Endpoint=*) endpoint=${1#*=} ;;
    esac
    shift
  done
  say "${endpoint#unix://}"
}

engine_answers() { curl -fsS --max-time 5 --unix-socket "$1" http://docker/_ping >/dev/null 2>&1; }

# Says what ./run.sh would do about an engine that does not answer; the product itself says whether one does.
check_engine() {
  local socket; socket=$(engine_socket "$@")
  if engine_answers "$socket"; then return 0; fi
  if [[ -S $socket && ! -w $socket ]]; then
    say "wrong    The Docker engine's socket $socket is not open to $(id -un). Add the user to the group docker, then sign in again."
  elif command -v dockerd >/dev/null; then
    say "missing  Docker is installed, but no engine answers at $socket. ./run.sh starts it."
  else
    say "missing  No Docker engine is installed. ./run.sh installs the distribution's package docker.io and starts it."
  fi
}

ensure_engine() {
  command -v curl >/dev/null || install_packages curl
  local socket; socket=$(engine_socket "$@")
  engine_answers "$socket" && return
  [[ $socket == /var/run/docker.sock || $socket == /run/docker.sock ]] || die "No Docker engine answers at $socket. Start it, or leave out --Docker:Endpoint."
  if [[ -S $socket && ! -w $socket ]]; then
    die "The Docker engine's socket $socket is not open to $(id -un). Add the user to the group docker, sign in again, and run this again."
  fi
  command -v dockerd >/dev/null || { say "No Docker engine answers."; install_packages docker.io iptables; }
  engine_answers "$socket" && return
  if [[ -d /run/systemd/system ]]; then
    say "Starting the Docker engine (systemctl start docker)."
    as_root systemctl start docker
  else
    say "Starting the Docker engine (dockerd; its log is /var/log/dockerd.log)."
    # A pid file that a killed engine left behind would stop the new one.
    [[ -f /var/run/docker.pid ]] && ! kill -0 "$(cat /var/run/docker.pid)" 2>/dev/null && as_root rm -f /var/run/docker.pid
    as_root sh -c 'nohup setsid dockerd >>/var/log/dockerd.log 2>&1 &'
  fi
  local i
  for i in $(seq 1 60); do
    engine_answers "$socket" && { say "The Docker engine answers."; return; }
    sleep 0.5
  done
  die "The Docker engine did not answer within 30 seconds. Its log: /var/log/dockerd.log (or: journalctl -u docker)."
}

# The built-in demonstration image is made of the distribution's static busybox.
check_busybox() { [[ -x /bin/busybox ]] || say "missing  /bin/busybox is not installed. ./run.sh installs the distribution's package busybox-static for the demonstration image."; }

ensure_busybox() { [[ -x /bin/busybox ]] || install_packages busybox-static; }

build_product() {
  dotnet build src/Dashboard -c Release -v quiet -nologo -clp:ErrorsOnly >/dev/null || dotnet build src/Dashboard -c Release -v quiet -nologo -clp:ErrorsOnly
}
