"""Times cells of notebooks, with the kernel "emergent" installed.

    cells.py NOTEBOOK [-v]
    cells.py --against EVCXR_JUPYTER [-v]

The first prints the seconds from the start of the kernel's process to the result of a first cell
`1 + 1`, and then, in a second kernel that has started, the median and the 95th percentile of the
seconds from sending a cell of the notebook to its reply; with `-v` also every cell.

The second runs one and the same series of polars cells in this kernel and in stock evcxr, whose
program `evcxr_jupyter` is named (`cargo install --locked evcxr_jupyter`), and prints the ratios.
Stock evcxr compiles polars for this first, which takes minutes.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

LIMIT = 1800

def polars_of_the_toolkit():
    """The line of the workspace that says with which features polars is built."""
    with open(os.path.join(os.path.dirname(__file__), "../../Cargo.toml"), encoding="utf-8") as file:
        return next(line.strip() for line in file if line.startswith("polars = "))


# What both kernels can do: make a frame, look at it, filter it, aggregate it.
POLARS = [
    'let df = df!("unit" => [0, 0, 1, 1], "act" => [0.1, 0.9, 0.4, 0.6])?;',
    "df.height()",
    "let n = df.width();",
    'let high = df.clone().lazy().filter(col("act").gt(lit(0.3))).collect()?;',
    "println!(\"{high}\");",
    'let by_unit = df.clone().lazy().group_by([col("unit")]).agg([col("act").mean()]).collect()?;',
    "by_unit.height()",
    "let sums: Vec<f64> = (0..high.height()).map(|row| 2.0 * row as f64).collect();",
    "sums.iter().sum::<f64>()",
    "struct Unit { act: f64 }",
    "let units: Vec<Unit> = sums.iter().map(|act| Unit { act: *act }).collect();",
    "units.iter().map(|unit| unit.act).fold(0.0, f64::max)",
]
OURS = ["use emergent::etable::polars::prelude::*;\nuse emergent::etable::polars::df;"]
STOCK = [
    ":opt 0",
    f":dep {polars_of_the_toolkit()}",
    "use polars::prelude::*;\nuse polars::df;",
]


class Session:
    """A kernel and its client."""

    def __init__(self, folder=None, program=None):
        self.manager = KernelManager(kernel_name="emergent")
        if program:
            argv = [program, "--control_file", "{connection_file}"]
            self.manager._kernel_spec = KernelSpec(argv=argv, language="rust", interrupt_mode="message")
        # Stock evcxr tells there what it compiles.
        self.manager.start_kernel(cwd=folder, stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()

    def run(self, source):
        """Runs a cell and returns the seconds that it took to its reply."""
        begin = time.perf_counter()
        request = self.client.execute(source)
        while True:
            reply = self.client.get_shell_msg(timeout=LIMIT)
            if reply["parent_header"].get("msg_id") == request:
                break
        seconds = time.perf_counter() - begin
        content = reply["content"]
        if content["status"] != "ok":
            told = content.get("evalue") or self.error()
            sys.exit(f"a cell failed:\n{source}\n{told}")
        # Takes what the cell has shown, as a front end would.
        while self.client.iopub_channel.msg_ready():
            self.client.get_iopub_msg(timeout=1)
        return seconds

    def error(self):
        """What stock evcxr says of an error only to all who listen."""
        while True:
            message = self.client.get_iopub_msg(timeout=10)
            if message["msg_type"] == "error":
                return "\n".join(message["content"]["traceback"])

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def start_up(program=None):
    """The seconds from the start of the process to the first result."""
    begin = time.perf_counter()
    session = Session(program=program)
    session.run("1 + 1")
    seconds = time.perf_counter() - begin
    session.close()
    return seconds


def timed(sources, folder=None, program=None, before=()):
    session = Session(folder, program)
    session.client.wait_for_ready(timeout=LIMIT)
    session.run("1 + 1")
    prepared = [(session.run(source), source) for source in before]
    cells = [(session.run(source), source) for source in sources]
    session.close()
    return prepared, cells


def percentile(times, share):
    times = sorted(times)
    return times[min(len(times) - 1, round(share * (len(times) - 1)))]


def report(cells):
    if "-v" in sys.argv:
        for seconds, source in cells:
            first = source.strip().splitlines()
            print(f"  {seconds:6.2f} s  {first[0][:70] if first else ''}")
    times = [seconds for seconds, _ in cells]
    print(
        f"{len(times)} cells: median {statistics.median(times):.2f} s, "
        f"95th percentile {percentile(times, 0.95):.2f} s, slowest {max(times):.2f} s, "
        f"first {times[0]:.2f} s"
    )
    return times


def notebook(path):
    print(f"kernel start to first result: {min(start_up() for _ in range(3)):.2f} s (best of 3)")
    with open(path, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    # Paths in a notebook start from its folder.
    report(timed(sources, os.path.dirname(os.path.abspath(path)))[1])


def against(program):
    results = {}
    for name, program, before in [("emergent", None, OURS), ("stock evcxr", program, STOCK)]:
        start = min(start_up(program) for _ in range(3))
        with tempfile.TemporaryDirectory() as folder:
            prepared, cells = timed(POLARS, folder, program, before)
        preparing = sum(seconds for seconds, _ in prepared)
        print(f"{name}: start to first result {start:.2f} s, polars at hand after {preparing:.1f} s more")
        times = report(cells)
        results[name] = (start, preparing, statistics.median(times), percentile(times, 0.95))
    ours, stock = results.values()
    names = ["start", "polars at hand", "median cell", "95th percentile"]
    ratios = ", ".join(f"{name} {b / a:.1f}" for name, a, b in zip(names, ours, stock))
    print(f"stock evcxr takes times as long: {ratios}")


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "-v"]
    match arguments:
        case ["--against", program]:
            against(program)
        case [path]:
            notebook(path)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
