"""The table beside NumPy, pandas, xarray and pyarrow, in turn, in one run.

    cargo build --example speed && .venv/bin/python etable/benches/peers.py

Each thing is done several times by all, one after the other, and the best time of each counts, so
that other work on the machine disturbs all alike. Prints the table that stands in etable/README.md.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr

ROOT = Path(__file__).resolve().parents[2]
SPEED = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / "examples" / "speed"
ROWS, GROUPS = 1_000_000, 100
ROUNDS = int(os.environ.get("ROUNDS", 5))


def by_masks(group, act):
    return np.stack([act[group == g].mean(axis=0, dtype=np.float64) for g in range(GROUPS)])


def by_sorting(group, act):
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(GROUPS))
    counts = np.diff(np.append(starts, len(group)))
    return np.add.reduceat(act[order], starts, axis=0, dtype=np.float64) / counts[:, None, None]


def by_bincount(group, act):
    counts = np.bincount(group, minlength=GROUPS)
    flat = act.reshape(len(act), -1)
    sums = [np.bincount(group, flat[:, i], GROUPS) for i in range(flat.shape[1])]
    return (np.stack(sums, axis=1) / counts[:, None]).reshape(GROUPS, *act.shape[1:])


def by_matrix(group, act):
    """BLAS; in single precision, as it is quickest."""
    sums = np.zeros((GROUPS, 49), np.float32)
    flat = act.reshape(len(act), -1)
    for start in range(0, len(flat), 1 << 15):
        part = group[start : start + (1 << 15)]
        sums += (np.arange(GROUPS)[:, None] == part).astype(np.float32) @ flat[start : start + (1 << 15)]
    return (sums / np.bincount(group, minlength=GROUPS)[:, None]).reshape(GROUPS, 7, 7)


def main():
    folder = Path(tempfile.mkdtemp())
    generator = np.random.default_rng(1)
    act = generator.random((ROWS, 7, 7), np.float32)
    act[act < 0.6] = 0  # as activations are: most units are silent
    group = np.arange(ROWS) % GROUPS
    np.save(folder / "act.npy", act)
    kind = pa.fixed_shape_tensor(pa.float32(), [7, 7], dim_names=["y", "x"])
    storage = pa.FixedSizeListArray.from_arrays(pa.array(act.ravel()), 49)
    table = pa.table(
        {
            "Group": group,
            "SSE": np.arange(ROWS) / 7,
            "Name": pa.array(["trial"] * ROWS),
            "Act": pa.ExtensionArray.from_storage(kind, storage),
        }
    )
    pq.write_table(table, folder / "theirs.parquet", compression="zstd")
    wide = pd.DataFrame(act.reshape(ROWS, 49))
    cells = pd.Series(list(act))  # a column whose cells are arrays
    data = xr.DataArray(act, dims=["row", "y", "x"], coords={"group": ("row", group)})
    expected = by_masks(group, act)

    ours = subprocess.Popen([SPEED, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert ours.stdout.readline().strip() == "ready"

    def our(task):
        ours.stdin.write(task + "\n")
        ours.stdin.flush()
        return float(ours.stdout.readline())

    def timed(function, *arguments):
        start = time.perf_counter()
        result = function(*arguments)
        return time.perf_counter() - start, result

    def mean(function):
        seconds, result = timed(function)
        assert np.allclose(np.asarray(result).reshape(GROUPS, 7, 7), expected, rtol=1e-3)
        return seconds

    def append_lists():
        names, columns = ["Group", "SSE", "Name", "Act"], [[], [], [], []]
        cell = np.zeros((7, 7), np.float32)
        for row in range(ROWS // 10):
            for column, value in zip(columns, (row % GROUPS, row / 7, "trial", cell.copy())):
                column.append(value)
        return dict(zip(names[:3], columns)) | {"Act": np.stack(columns[3])}

    peers = {
        "append": {"lists, NumPy at the end (× 10)": lambda: 10 * timed(append_lists)[0]},
        "mean": {
            "pandas, cells of arrays": lambda: mean(
                lambda: [np.mean(np.stack(part.to_list()), axis=0) for _, part in cells.groupby(group)]
            ),
            "pandas, 49 columns": lambda: mean(lambda: wide.groupby(group).mean()),
            "xarray": lambda: mean(lambda: data.groupby("group").mean()),
            "NumPy, masks": lambda: mean(lambda: by_masks(group, act)),
            "NumPy, sorted": lambda: mean(lambda: by_sorting(group, act)),
            "NumPy, bincount": lambda: mean(lambda: by_bincount(group, act)),
            "NumPy, BLAS in f32": lambda: mean(lambda: by_matrix(group, act)),
        },
        "std": {"pandas, 49 columns": lambda: timed(lambda: wide.groupby(group).std())[0]},
        "write": {
            "pyarrow": lambda: timed(
                lambda: pq.write_table(table, folder / "again.parquet", compression="zstd")
            )[0]
        },
        "read": {"pyarrow": lambda: timed(lambda: pq.read_table(folder / "theirs.parquet"))[0]},
        "view": {},
        "view small": {},
    }
    chosen = sys.argv[1:] or list(peers)
    best = {}
    for _ in range(ROUNDS):
        for task in chosen:
            times = {"etable": lambda task=task: our(task)} | peers[task]
            for name, run in times.items():
                best[task, name] = min(best.get((task, name), np.inf), run())
    print("| task | etable | peer | peer / etable |\n|---|---|---|---|")
    for task in chosen:
        own = best[task, "etable"]
        shown = f"{own * 1e3:.0f} ms" if own > 1e-3 else f"{own * 1e6:.1f} µs"
        for name in peers[task] or {"": None}:
            ratio = f"{best[task, name] / own:.1f}" if name else ""
            print(f"| {task} | {shown} | {name} | {ratio} |")
    if "append" in chosen:
        print(f"append: {4 * ROWS / best['append', 'etable'] / 1e6:.1f} million cells a second")
    for file in ["ours", "again"]:
        path = folder / f"{file}.parquet"
        print(f"{path.name}: {path.stat().st_size / 2**20:.0f} MB") if path.exists() else None
    ours.stdin.close()
    ours.wait()
    subprocess.run([SPEED, folder, "5000000"], check=True)
    subprocess.run(["rm", "-r", folder], check=True)


if __name__ == "__main__":
    main()
