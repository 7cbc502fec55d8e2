#!/usr/bin/env bash
# Makes the local Python environment .venv at the root of the project, once per
# change of requirements.txt.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=$root/.venv
stamp=$venv/requirements.installed

if cmp -s "$here/requirements.txt" "$stamp"; then
    exit 0
fi
echo "setup: Python environment in $venv"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --requirement "$here/requirements.txt"
cp "$here/requirements.txt" "$stamp"
