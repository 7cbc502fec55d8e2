"""Runs many cells in one session: `many_cells.py [COUNT]`, with the kernel "emergent" installed.

Prints, for each tenth of the cells, the median and the longest time from sending a cell to its
reply, and the memory of the kernel and of the process that runs the cells.
"""

import os
import statistics
import sys
import time

from jupyter_client.manager import KernelManager

LIMIT = 600
CELLS = [
    'let row = Table::new().with_column("X", [{n}.0, 2.0])?;',
    "log.append(&row)?;",
    "let total: f64 = log.numbers(\"X\")?.iter().sum();",
    "fn twice_{n}(x: f64) -> f64 {{ 2.0 * x }}",
    "total + {n} as f64",
]


def memory(process):
    """Resident memory in MB of a process and of its children."""
    sizes = []
    for folder in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{folder}/status") as file:
                about = dict(line.split(":", 1) for line in file)
        except (OSError, ValueError):
            continue
        if process in (int(folder), int(about["PPid"])) and "VmRSS" in about:
            sizes.append(int(about["VmRSS"].split()[0]) / 1024)
    return sizes


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    manager = KernelManager(kernel_name="emergent")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT)

    def run(source):
        begin = time.perf_counter()
        request = client.execute(source)
        while True:
            reply = client.get_shell_msg(timeout=LIMIT)
            if reply["parent_header"].get("msg_id") == request:
                break
        seconds = time.perf_counter() - begin
        while client.iopub_channel.msg_ready():
            client.get_iopub_msg(timeout=1)
        if reply["content"]["status"] != "ok":
            sys.exit(f"a cell failed: {reply['content']['evalue']}\n{source}")
        return seconds

    run('use emergent::prelude::*;\nlet mut log = Table::new().with_column("X", [1.0, 2.0])?;')
    times = []
    for number in range(count):
        times.append(run(CELLS[number % len(CELLS)].format(n=number)))
        if (number + 1) % max(1, count // 10) == 0:
            last = times[-max(1, count // 10) :]
            sizes = ", ".join(f"{size:.0f} MB" for size in memory(manager.provisioner.pid))
            print(
                f"cells to {number + 1}: median {statistics.median(last):.2f} s, "
                f"longest {max(last):.2f} s, memory {sizes}",
                flush=True,
            )
    client.stop_channels()
    manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
