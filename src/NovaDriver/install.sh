#!/bin/sh
# Puts the driver beside Nova, without pip: install.sh [PYTHON]
# PYTHON is the one that nova-compute runs with; /usr/bin/python3 when nothing is said. Run again to renew, with --remove first to take it away.
set -eu
remove=0
if [ "${1:-}" = --remove ]; then remove=1; shift; fi
python=${1:-/usr/bin/python3}
here=$(cd "$(dirname "$0")" && pwd)

site=$("$python" -c 'import site; print(site.getsitepackages()[0])')
rm -rf "$site/novadocker" "$site/novadocker.pth" "$site"/novadocker-*.dist-info
if [ "$remove" = 1 ]; then echo "Removed from $site."; exit 0; fi

mkdir -p "$site/novadocker"
cp "$here"/novadocker/*.py "$site/novadocker/"
"$python" -m compileall -q "$site/novadocker"
# At each start of this Python: Nova looks for drivers in its own package only.
cp "$here/novadocker.pth" "$site/"
"$python" -c 'import nova' 2>/dev/null || echo "Note: $python has no Nova. Is it the Python that nova-compute runs with?" >&2
echo "Installed in $site. In nova.conf: compute_driver = novadocker.virt.docker.DockerDriver"
