#!/usr/bin/env bash
# Counts, in each version of the hot loops, the arithmetic instructions on whole vectors and on
# single numbers, by the width of the registers: `bash engine/benches/assembly.sh [program]`, where
# the program is one that contains the engine, by default the newest build of the benchmark.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ $# -gt 0 ]; then
    program=$1
else
    program=$(find "${CARGO_TARGET_DIR:-target}/debug/deps" -name 'five_layer-*' -perm -u+x -type f \
        -printf '%T@ %p\n' 2>/dev/null | sort -rn | head -n 1 | cut -d' ' -f2)
fi
if [ -z "$program" ]; then
    echo "no benchmark has been built: cargo bench --profile dev --bench five_layer --no-run" >&2
    exit 1
fi
objdump --disassemble --demangle --no-show-raw-insn "$program" | awk '
    /^[0-9a-f]+ <.*>:$/ {
        name = ""
        if (match($0, /vector::[a-z]+::[a-z_]+::[a-z_0-9]+_version>/)) {
            split(substr($0, RSTART, RLENGTH), parts, "::")
            version = "SSE2"
            if (parts[4] ~ /sse42/) version = "SSE4.2"
            if (parts[4] ~ /avx2/) version = "AVX2"
            if (parts[4] ~ /avx512/) version = "AVX-512"
            name = sprintf("%-16s %-8s", parts[3], version)
            names[name] = 1
        }
    }
    name != "" && $2 ~ /^v?(add|sub|mul|div|max|min|fmadd)[a-z0-9]*[ps][sd]$/ {
        if ($2 ~ /s[sd]$/) single[name]++
        else if ($0 ~ /zmm/) wide[name]++
        else if ($0 ~ /ymm/) middle[name]++
        else narrow[name]++
        if ($2 ~ /fm/) fused[name]++
    }
    END {
        print "loop             version  512 bits 256 bits 128 bits   single    fused"
        for (name in names) {
            printf "%s %8d %8d %8d %8d %8d\n", name, wide[name], middle[name], narrow[name],
                single[name], fused[name] | "sort"
        }
    }'
