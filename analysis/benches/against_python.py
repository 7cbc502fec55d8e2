"""Times this crate against Python's libraries on the same data, with the same number of threads.

    pip install numpy scipy scikit-learn fastcluster
    python analysis/benches/against_python.py

Prints one table for the README: the least seconds of several interleaved rounds, and how many times
as fast as the fastest of the others this crate is. Every answer is compared before it counts.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 9
THREADS = [1, 2]
VARIABLES = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"]


class Crate:
    """The crate's side, in a process of its own."""

    def __init__(self):
        command = "cargo bench --quiet --profile dev --bench against_python -- serve".split()
        if "--offline" in sys.argv:
            command.insert(2, "--offline")
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, *words):
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        seconds, *found = map(float, self.process.stdout.readline().split())
        return seconds, found

    def load(self, values, folder):
        path = Path(folder) / "values.bin"
        values.tofile(path)
        self("load", values.dtype.name, *values.shape, path)


def timed(work):
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def tasks():
    """Name, data, what to ask of the crate first and in every round, and the others' ways."""
    import fastcluster
    import numpy as np
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import pdist, squareform
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.decomposition import PCA

    random = np.random.default_rng(1)

    def correlate(x, kind):
        found = np.corrcoef(x, dtype=kind)
        return [found[0, 1], found[7, 1234]]

    def product(x):
        unit = x - x.mean(1, keepdims=True)
        unit /= np.sqrt(np.einsum("ij,ij->i", unit, unit))[:, None]
        found = unit @ unit.T
        return [found[0, 1], found[7, 1234]]

    def eigen(x):
        values = np.linalg.eigh(np.cov(x, rowvar=False))[0]
        return (values[::-1] / values.sum())[:5]

    def sklearn_tree(square):
        model = AgglomerativeClustering(
            metric="precomputed", linkage="average", compute_distances=True
        ).fit(square)
        return np.sort(model.distances_)[::-1][:5]

    rows = random.normal(size=(5000, 512)).astype(np.float32)
    name = "correlation matrix of 5000 x 512, f32"
    yield name, rows, [], "correlation", {
        "numpy.corrcoef, f32": lambda: correlate(rows, np.float32),
        "numpy.corrcoef, f64": lambda: correlate(rows, np.float64),
    }
    yield f"{name}, against one product by hand", rows, [], "correlation", {
        "numpy, unit rows, f32": lambda: product(rows),
    }
    spread = np.linspace(3, 1, 256)
    for kind in [np.float64, np.float32]:
        many = (random.normal(size=(100_000, 256)) * spread + 1).astype(kind)
        solver = PCA(svd_solver="covariance_eigh")
        yield f"PCA of 100,000 x 256, {many.dtype.name.replace('loat', '')}", many, [], "components", {
            "scikit-learn": lambda: solver.fit(many).explained_variance_ratio_[:5],
            "numpy cov, eigh": lambda: eigen(many),
        }
    points = random.normal(size=(5000, 20))
    condensed = pdist(points)
    square = squareform(condensed)
    yield "average linkage of 5000 distances", points, ["distances"], "linkage", {
        "fastcluster": lambda: fastcluster.linkage(condensed, "average")[::-1, 2][:5],
        "scipy": lambda: hierarchy.linkage(condensed, "average")[::-1, 2][:5],
        "scikit-learn": lambda: sklearn_tree(square),
    }
    yield "distances and average linkage of 5000 x 20", points, [], "tree", {
        "scipy pdist, fastcluster": lambda: fastcluster.linkage(points, "average")[::-1, 2][:5],
        "scipy pdist, scipy": lambda: hierarchy.linkage(points, "average")[::-1, 2][:5],
    }


def measure(threads):
    """One line of the table for every task, with this process's libraries held to `threads`."""
    crate = Crate()
    with tempfile.TemporaryDirectory() as folder:
        for name, values, first, order, others in tasks():
            if not all(word in name for word in sys.argv if not word.endswith(".py") and word.isalpha()):
                continue
            crate.load(values, folder)
            for word in first:
                crate(word)
            least = dict.fromkeys(["this crate", *others], float("inf"))
            for _ in range(ROUNDS):
                seconds, expected = crate(order)
                least["this crate"] = min(least["this crate"], seconds)
                for other, work in others.items():
                    seconds, found = timed(work)
                    least[other] = min(least[other], seconds)
                    for a, b in zip(expected, found):
                        assert abs(a - b) < 2e-6 * (1 + abs(b)), (name, other, a, b)
            ours = least.pop("this crate")
            best = min(least, key=least.get)
            print(f"| {name} | {threads} | {ours:.3f} s | {least[best]:.3f} s ({best}) | {least[best] / ours:.2f} |", flush=True)
            if "--all" in sys.argv:
                print("   ", {other: round(seconds, 3) for other, seconds in least.items()}, flush=True)


if __name__ == "__main__":
    if "--threads" in sys.argv:
        measure(int(sys.argv[sys.argv.index("--threads") + 1]))
    else:
        print("| Task | Threads | This crate | Fastest other | Times as fast |\n|---|---|---|---|---|")
        for threads in THREADS:
            environment = {**os.environ, **dict.fromkeys(VARIABLES, str(threads))}
            command = [sys.executable, __file__, "--threads", str(threads), *sys.argv[1:]]
            subprocess.run(command, env=environment, check=True)
