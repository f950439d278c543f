#!/usr/bin/env bash
# Starts the whole product on this machine: Docker engine (if none answers), build, cloud, driver host, dashboard.
#   ./run.sh            start; Ctrl-C stops, instances keep running
#   ./run.sh --check    say what is missing or wrong, change nothing
# Further arguments go to the product, for example --Dashboard:Url http://127.0.0.1:9090
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
source ./.ci/machine.sh

if [[ "${1:-}" == --check ]]; then
  shift
  DIE_CODE=2
  require_sdk
  check_engine "$@"
  check_busybox
  build_product
  exec dotnet artifacts/publish/Dashboard/release/Dashboard.dll --check "$@"
fi

require_sdk
ensure_engine "$@"
ensure_busybox
build_product
exec dotnet artifacts/publish/Dashboard/release/Dashboard.dll "$@"
