#!/usr/bin/env bash
# Installs what the tests need, checks format, builds, runs every test. The last line is "N passed, N failed"; before it is what failed, in short.
#   ./test.sh               all that needs no OpenStack
#   ./test.sh --openstack   only the tests with a real Keystone, Glance, Placement and Nova (Debian 12's packages, about 330 of them; 2 GB of memory)
#   ./test.sh --all         both, as CI does
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")"
source ./.ci/machine.sh

passed=0
failed=0

# What steps and suites said, and the files of those that failed.
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
failing=()
log_of() { say "$logs/${1//\//%}"; }

# step NAME COMMAND…: a step that is itself one test.
step() {
  local name=$1; shift
  local started=$SECONDS log; log=$(log_of "$name")
  "$@" 2>&1 | tee "$log"
  if [[ ${PIPESTATUS[0]} -eq 0 ]]; then passed=$((passed + 1)); say "ok      $name ($((SECONDS - started)) s)"
  else failed=$((failed + 1)); failing+=("$log"); say "FAILED  $name ($((SECONDS - started)) s)"
  fi
}

# suite PROJECT: one test project; its counts are added up. What is in `under` starts it.
under=()
suite() {
  local project=$1; shift
  local started=$SECONDS log; log=$(log_of "$project${*:+ $*}")
  "${under[@]}" dotnet test --project "$project" --no-build -c Release --timeout 25m "$@" 2>&1 | tee "$log"
  local code=${PIPESTATUS[0]}
  local good bad skipped
  good=$(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' "$log" | tail -1)
  bad=$(sed -n 's/^ *failed: *\([0-9]*\).*/\1/p' "$log" | tail -1)
  skipped=$(sed -n 's/^ *skipped: *\([0-9]*\).*/\1/p' "$log" | tail -1)
  passed=$((passed + ${good:-0}))
  # A skipped test is not a green one, and a run that says nothing has failed.
  local lost=$((${bad:-0} + ${skipped:-0}))
  if [[ $code -ne 0 && $lost -eq 0 ]]; then lost=1; fi
  failed=$((failed + lost))
  if [[ $lost -gt 0 ]]; then failing+=("$log"); fi
  say "$project: ${good:-0} passed, ${bad:-0} failed, ${skipped:-0} skipped ($((SECONDS - started)) s)"
}

javascript() {
  local files
  files=$(find tests -name '*.test.js' -o -name '*.test.mjs' | sort)
  [[ -z $files ]] && return 0
  # shellcheck disable=SC2086
  node --test --test-reporter=tap $files
}

# python_suite NAME FOLDER PATH: the tests in a folder, with the distribution's Python; its counts are added up.
python_suite() {
  local name=$1 folder=$2 path=$3 started=$SECONDS log; log=$(log_of "$name")
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$path /usr/bin/python3 -W ignore -m unittest discover -v -s "$folder" -t "$folder" 2>&1 | tee "$log"
  local code=${PIPESTATUS[0]} ran bad
  ran=$(sed -n 's/^Ran \([0-9]*\) tests\{0,1\} in.*/\1/p' "$log" | tail -1)
  # A skipped test is not a green one; a class that does not start counts as one.
  bad=$(grep -E '^(FAILED|OK) ?\(' "$log" | grep -oE '(failures|errors|skipped)=[0-9]+' | awk -F= '{ sum += $2 } END { print sum + 0 }')
  if [[ $code -ne 0 && ${bad:-0} -eq 0 ]]; then bad=1; fi
  if [[ ${bad:-0} -gt 0 ]]; then failing+=("$log"); fi
  failed=$((failed + ${bad:-0}))
  passed=$((passed + (${ran:-0} > ${bad:-0} ? ${ran:-0} - ${bad:-0} : 0)))
  say "$name: ${ran:-0} run, ${bad:-0} failed ($((SECONDS - started)) s)"
}

finish() {
  if [[ ${#failing[@]} -gt 0 ]]; then say ""; say "What failed:"; /usr/bin/python3 -B .ci/failures.py "${failing[@]}"; fi
  say ""
  say "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
  exit
}

format() { dotnet format whitespace --verify-no-changes --no-restore && dotnet format style --diagnostics IMPORTS --verify-no-changes --no-restore; }

build_all() {
  step "restore (locked)" dotnet restore --locked-mode -v quiet
  # Style and analyzers are the build's, whose warnings are errors: all but the order of usings.
  step "format" format
  step "build" dotnet build --no-restore -c Release -v quiet -nologo
}

default_suites() {
  python_suite .ci .ci .ci
  step "javascript" javascript
  suite tests/OpenStack.Tests
  suite tests/Cloud.Tests
  suite tests/DriverHost.Tests
  suite tests/Dashboard.Tests
  suite e2e --filter-not-namespace EndToEnd.RealCloud
  python_suite tests/NovaDriver.Tests tests/NovaDriver.Tests src/NovaDriver
}

openstack_suites() {
  python_suite tests/NovaDriver.Tests/with_nova tests/NovaDriver.Tests/with_nova src/NovaDriver:tests/NovaDriver.Tests
  python_suite tests/OpenStack tests/OpenStack tests/OpenStack
  python_suite tests/Deploy tests/Deploy tests/Deploy:tests/OpenStack
  # The browser, before another such cloud.
  under=(/usr/bin/python3 -B -W ignore tests/OpenStack/with_cloud.py)
  suite e2e --filter-namespace EndToEnd.RealCloud
  under=()
  step "Tempest" /usr/bin/python3 -B -W ignore tests/OpenStack/tempest_compute.py
}

install_default() {
  install_packages curl ca-certificates iptables iproute2 docker.io busybox-static chromium-headless-shell python3-openstackclient python3-novaclient python3-glanceclient
  command -v node >/dev/null || install_packages nodejs
}

install_openstack() {
  [[ $EUID -eq 0 ]] || die "The tests with a real OpenStack start services of their own (in a temporary folder, on loopback ports): run them as root."
  install_packages_idle python3-keystone python3-glance python3-placement python3-nova python3-neutron python3-venv python3-wheel python3-pymysql mariadb-server-core mariadb-client-core rabbitmq-server tempest docker-registry
  install_packages iptables iproute2 busybox-static chromium-headless-shell systemd procps python3-openstackclient python3-novaclient python3-glanceclient
}

require_sdk
case ${1:-} in
  '')
    install_default; ensure_engine
    build_all; default_suites ;;
  --openstack)
    install_openstack; ensure_engine
    step "build" dotnet build e2e -c Release -v quiet -nologo
    openstack_suites ;;
  --all)
    install_default; install_openstack; ensure_engine
    build_all; default_suites; openstack_suites ;;
  *) die "There is no option $1. There are: --openstack, --all." ;;
esac
finish
