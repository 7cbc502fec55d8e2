"""Times a notebook's cells: `cells.py NOTEBOOK`, with the kernel "emergent" installed.

Prints the seconds from the start of the kernel's process to the result of a first cell `1 + 1`, and
then, in a second kernel that has started, the median and the 95th percentile of the seconds from
sending a cell of the notebook to its reply; with `-v` also every cell.
"""

import json
import os
import statistics
import sys
import time

from jupyter_client.manager import KernelManager

LIMIT = 600


def start(folder=None):
    manager = KernelManager(kernel_name="emergent")
    manager.start_kernel(cwd=folder)
    client = manager.client()
    client.start_channels()
    return manager, client


def wait(client, request):
    """Waits for the reply to a request."""
    while True:
        reply = client.get_shell_msg(timeout=LIMIT)
        if reply["parent_header"].get("msg_id") == request:
            return reply["content"]


def drain(client):
    """Takes what the cell has shown, as a front end would."""
    while client.iopub_channel.msg_ready():
        client.get_iopub_msg(timeout=1)


def cold():
    begin = time.perf_counter()
    manager, client = start()
    wait(client, client.execute("1 + 1"))
    seconds = time.perf_counter() - begin
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return seconds


def notebook(path):
    with open(path, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    # Paths in a notebook start from its folder.
    manager, client = start(os.path.dirname(os.path.abspath(path)))
    client.wait_for_ready(timeout=LIMIT)
    wait(client, client.execute("1 + 1"))
    times = []
    for source in sources:
        begin = time.perf_counter()
        reply = wait(client, client.execute(source))
        times.append(time.perf_counter() - begin)
        drain(client)
        if reply["status"] != "ok":
            sys.exit(f"a cell failed: {reply['ename']}: {reply['evalue']}\n{source}")
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return list(zip(times, sources))


def main():
    paths = [argument for argument in sys.argv[1:] if argument != "-v"]
    if len(paths) != 1:
        sys.exit(__doc__)
    first = min(cold() for _ in range(3))
    print(f"kernel start to first result: {first:.2f} s (best of 3)")
    cells = notebook(paths[0])
    if "-v" in sys.argv:
        for seconds, source in cells:
            print(f"  {seconds:6.2f} s  {source.strip().splitlines()[0][:70] if source.strip() else ''}")
    times = sorted(seconds for seconds, _ in cells)
    high = times[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
    print(
        f"{len(times)} cells: median {statistics.median(times):.2f} s, "
        f"95th percentile {high:.2f} s, slowest {times[-1]:.2f} s, first {cells[0][0]:.2f} s"
    )


if __name__ == "__main__":
    main()
