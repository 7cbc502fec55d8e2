#!/usr/bin/env bash
# Installs the sources of the standard library, from which notebooks complete and explain it;
# without rustup or a network it goes without them.
set -euo pipefail

[ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ] && exit 0
if ! command -v rustup >/dev/null || ! rustup component add rust-src >/dev/null 2>&1; then
    echo "setup: the standard library's sources (rust-src) cannot be installed:" \
        "notebooks will complete everything but std"
fi
