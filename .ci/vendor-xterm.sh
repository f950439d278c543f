#!/bin/sh
# Puts the terminal that pages show (xterm.js, MIT licence) into wwwroot/js/xterm, from the npm registry: exact versions, checked against their hashes.
# To take a newer one: change the version and the hash (npm view PACKAGE@VERSION dist.integrity), run this, commit what it wrote.
set -eu
cd "$(dirname "$0")/.."
into=wwwroot/js/xterm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

get() { # package, version, sha512 in base64, folder
  file=$(npm pack --silent --pack-destination "$work" "$1@$2")
  have=$(openssl dgst -sha512 -binary "$work/$file" | base64 -w0)
  if [ "$have" != "$3" ]; then
    echo "$1 $2 is not the file that it was: sha512 $have" >&2
    exit 1
  fi
  mkdir "$work/$4"
  tar -xzf "$work/$file" -C "$work/$4" --strip-components=1
}

get @xterm/xterm 6.0.0 'TQwDdQGtwwDt+2cgKDLn0IRaSxYu1tSUjgKarSDkUM0ZNiSRXFpjxEsvc/Zgc5kq5omJ+V0a8/kIM2WD3sMOYg==' xterm
get @xterm/addon-fit 0.11.0 'jYcgT6xtVYhnhgxh3QgYDnnNMYTcf8ElbxxFzX0IZo+vabQqSPAjC3c1wJrKB5E19VwQei89QCiZZP86DCPF7g==' fit

mkdir -p "$into"
# Without the lines that name source maps, which are not kept.
sed '/^\/\/# sourceMappingURL=/d' "$work/xterm/lib/xterm.mjs" > "$into/xterm.mjs"
sed '/^\/\/# sourceMappingURL=/d' "$work/fit/lib/addon-fit.mjs" > "$into/addon-fit.mjs"
cp "$work/xterm/css/xterm.css" "$into/xterm.css"
cp "$work/xterm/LICENSE" "$into/LICENSE"
