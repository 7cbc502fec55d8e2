#!/usr/bin/env bash
# Checks the system packages that the build needs and installs what is missing,
# as root or through passwordless sudo; otherwise names exactly what to install.
set -euo pipefail

missing=()
need() { missing+=("$1"); }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if ! command -v cc >/dev/null; then
    need build-essential
    command -v dpkg >/dev/null && ! dpkg -s libopenblas-dev >/dev/null 2>&1 && need libopenblas-dev
else
    # Linking says more than a package query: it also accepts a hand-made OpenBLAS.
    echo 'int main(void) { return 0; }' >"$scratch/probe.c"
    cc "$scratch/probe.c" -o "$scratch/probe" -lopenblas 2>/dev/null || need libopenblas-dev
fi
if ! command -v python3 >/dev/null; then
    need python3 && need python3-venv
elif ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    need python3-venv
fi

if ! command -v cargo >/dev/null; then
    echo "setup: Rust is missing. Install it from https://rustup.rs, then run this again." >&2
    exit 1
fi
[ ${#missing[@]} -eq 0 ] && exit 0

echo "setup: missing system packages: ${missing[*]}"
if ! command -v apt-get >/dev/null; then
    echo "setup: this is not a Debian-like system; install these packages by its own means." >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    run=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    run=(sudo)
else
    echo "setup: they cannot be installed without root. Ask an administrator to run:" >&2
    echo "    apt-get install ${missing[*]}" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
"${run[@]}" apt-get update -qq
"${run[@]}" apt-get install -y -qq "${missing[@]}"
