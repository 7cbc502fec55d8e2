"""The notebooks from start to files, as `make run` does it, and the outputs kept in them."""

import functools
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parent.parent
EMERGENT = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / "emergent"
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
IMAGES = ROOT / "notebooks" / "images"

sys.path.insert(0, str(ROOT / "notebooks"))
import execute as executor  # noqa: E402


def execute(name, project):
    """A notebook executed in a folder of its own: its results, and what was printed meanwhile."""
    shutil.copytree(ROOT / "notebooks" / "data", project / "notebooks" / "data")
    notebook = project / "notebooks" / f"{name}.ipynb"
    shutil.copy(ROOT / "notebooks" / notebook.name, notebook)
    out = project / "out" / name
    done = subprocess.run(
        [sys.executable, str(ROOT / "notebooks" / "execute.py"), str(notebook), str(out)],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out, done.stdout


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Executes a notebook, once for all tests, in a folder whose name has a space."""
    return functools.cache(lambda name: execute(name, tmp_path_factory.mktemp(f"{name} project")))


@pytest.fixture(scope="module")
def made(executed):
    return executed("ra25")


def figures_of(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    bundles = [output.data for output in outputs if "data" in output]
    return [bundle for bundle in bundles if "image/svg+xml" in bundle]


def kept(name):
    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed_by(cell):
    """What a cell printed, and what its results look like as text.

    Bars of progress come only where a machine takes longer than a moment.
    """
    outputs = [output for output in cell.get("outputs", []) if not executor.is_progress(output)]
    streams = "".join(output.text for output in outputs if output.output_type == "stream")
    return [streams] + [output.data.get("text/plain", "") for output in outputs if "data" in output]


def drawings_of(cell):
    return [bundle["image/svg+xml"] for bundle in figures_of(nbformat.from_dict({"cells": [cell]}))]


NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:e-?\d+)?")
# Rates and times, which are another every time, and colours, which are no numbers.
LEFT_OUT = re.compile(r"[\d.,]+/s|\b[\d.]+ (?:µs|ms|s|min|h)\b|#[0-9a-fA-F]{6}\b")


def assert_alike(old, new, where):
    """Equal texts, but for the rounding of numbers and for times."""
    if old == new:
        return
    old, new = LEFT_OUT.sub("", old), LEFT_OUT.sub("", new)
    words = [NUMBER.split(text) for text in (old, new)]
    assert words[0] == words[1], f"{where} is no more what it was; `make keep` renews it"
    for a, b in zip(NUMBER.findall(old), NUMBER.findall(new)):
        a, b = (float(text.replace("−", "-")) for text in (a, b))
        assert math.isclose(a, b, rel_tol=1e-3, abs_tol=0.02), f"{where}: {a} was kept, now {b}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_kept_outputs_can_be_read_where_nothing_runs(name):
    path = ROOT / "notebooks" / f"{name}.ipynb"
    notebook = kept(name)
    nbformat.validate(notebook)
    assert path.stat().st_size < 1_500_000
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert figures_of(notebook)
    for output in (output for cell in cells for output in cell.outputs):
        assert output.output_type != "error"
        assert executor.PLOTLY not in output.get("data", {})
        text = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])]))
        assert not re.search(r"/(?:home|root|work|tmp|Users|mnt|usr)/", text), text[:500]
    assert "execution" not in "".join(str(cell.metadata) for cell in cells)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_kept_outputs_are_those_of_today(name, executed):
    out, _ = executed(name)
    old, new = kept(name), nbformat.read(out / f"{name}.ipynb", as_version=4)
    assert len(code_cells(old)) == len(code_cells(new))
    for number, (before, now) in enumerate(zip(code_cells(old), code_cells(new)), start=1):
        where = f"{name}, cell {number}"
        for what, of in (("text", printed_by), ("drawing", drawings_of)):
            pair = of(before), of(now)
            assert len(pair[0]) == len(pair[1]), f"{where}: another number of outputs"
            for a, b in zip(*pair):
                assert_alike(a, b, f"{where}, {what}")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_numbers_in_the_prose_are_those_of_the_cell_before(name, executed):
    out, _ = executed(name)
    printed = ""
    for cell in nbformat.read(out / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            printed = "\n".join(printed_by(cell))
            continue
        stated = re.findall(r"\*\*([-−]?\d[\d.]*)\*\*", cell.source)
        measured = [number.replace("−", "-") for number in NUMBER.findall(printed)]
        for number in stated:
            assert number.replace("−", "-") in measured, f"{number} in: {cell.source}\n{printed}"


def test_images_are_what_the_notebooks_draw_today(executed):
    drawn = {}
    for name in NOTEBOOKS:
        out, _ = executed(name)
        drawn |= executor.images(nbformat.read(out / f"{name}.ipynb", as_version=4))
    assert sorted(path.stem for path in IMAGES.iterdir()) == sorted(drawn)
    for name, drawing in drawn.items():
        assert_alike((IMAGES / f"{name}.svg").read_text(), drawing, f"images/{name}.svg")
    readme = (ROOT / "README.md").read_text()
    assert set(re.findall(r"notebooks/images/(\w+)\.svg", readme)) == set(drawn)


def test_texts_are_compared_by_their_numbers():
    assert_alike("a 1.0000, 3755/s, 0.1 s #aabbcc", "a 1.0004, 12/s, 7.5 s #aabbcd", "a text")
    for old, new in [("a 1", "b 1"), ("mean 29.4", "mean 30.1"), ("1", "1 2"), ("x -0.5", "x 0.5")]:
        with pytest.raises(AssertionError):
            assert_alike(old, new, "a text")


def test_every_file_is_made_and_named(made):
    out, printed = made
    names = ["epochs.csv", "epochs.parquet", "ra25.html", "ra25.ipynb", "trials.parquet", "weights.wts.gz"]
    assert sorted(path.name for path in out.iterdir()) == names
    last = printed.splitlines()[-len(names) :]
    assert all(name in line for name, line in zip(names, last)), last
    assert "epoch" in printed and "cell 1/" in printed


def test_outputs_are_what_front_ends_can_show(made):
    out, _ = made
    notebook = nbformat.read(out / "ra25.ipynb", as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    drawn = figures_of(notebook)
    assert all("text/html" not in figure and "text/plain" in figure for figure in drawn)
    figures = [figure for figure in drawn if "application/vnd.plotly.v1+json" in figure]
    assert len(figures) == 5
    assert all(figure["application/vnd.plotly.v1+json"]["data"] for figure in figures)
    networks = [figure["text/plain"].splitlines()[0] for figure in drawn if figure not in figures]
    assert networks == ["RA25: Act", "RA25: weights into Hidden2 24"]
    bundles = [output.data for cell in cells for output in cell.outputs if "data" in output]
    tables = [bundle for bundle in bundles if "<table" in bundle.get("text/html", "")]
    assert len(tables) >= 3


def test_html_needs_no_network(made):
    out, _ = made
    html = (out / "ra25.html").read_text()
    assert html.count("<svg") >= 5
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)\s*=\s*[\"'](https?:[^\"']+)", html)
    assert not loaded, loaded
    assert not re.findall(r"@import\s+url\(\s*[\"']?https?:", html)
    assert "require(['https" not in html and "cdn" not in html.lower().split("<body", 1)[0]


def test_trials_open_in_pyarrow_with_shapes(made):
    out, _ = made
    trials = pq.read_table(out / "trials.parquet")
    kind = trials.schema.field("Hidden1_ActM").type
    assert isinstance(kind, pa.FixedShapeTensorType)
    assert list(kind.shape) == [7, 7] and list(kind.dim_names) == ["Y", "X"]
    activity = trials.column("Hidden1_ActM").combine_chunks()
    activity = activity.chunk(0) if isinstance(activity, pa.ChunkedArray) else activity
    values = activity.to_numpy_ndarray()
    assert values.shape == (25, 7, 7) and 0 <= values.min() and 0.5 < values.max() <= 1
    assert trials.column("SSE").to_pylist() == [0.0] * 25


def test_the_network_has_learned(made):
    out, _ = made
    epochs = pq.read_table(out / "epochs.parquet").to_pydict()
    assert epochs["PctErr"][0] == 1.0 and epochs["PctErr"][-5:] == [0.0] * 5
    assert epochs["Epoch"] == list(range(len(epochs["Epoch"])))


# The first epochs without error of runs of the Go original.
GOLDEN = json.loads((ROOT / "tests/golden/family_trees_epochs.json").read_text())
REFERENCE = [run["first_zero_epoch"] for run in GOLDEN["runs"]]


def test_family_trees(executed):
    out, printed = executed("ch4_family_trees")
    assert (out / "ch4_family_trees.ipynb").stat().st_size < 6_000_000
    rules = {
        name: (float(errors), [int(first.split(".")[0]) for first in firsts.split(", ")])
        for name, errors, firsts in re.findall(
            r"\| ([\w-]+): ([\d.]+) % errors in epoch 49; first epochs without error \[(.*)\]", printed
        )
    }
    assert rules.keys() == {"Combined", "Error-driven", "Hebbian"}
    for name in ["Combined", "Error-driven"]:
        errors, firsts = rules[name]
        assert errors < 5 and all(0 < first < 50 for first in firsts), rules
    assert rules["Hebbian"][0] > 50 and set(rules["Hebbian"][1]) == {-1}
    firsts = re.search(r"\| first epochs without error: \[(.*)\]", printed).group(1)
    firsts = [float(first) for first in firsts.split(", ")]
    assert len(firsts) == 10
    assert min(REFERENCE) <= min(firsts) and max(firsts) <= max(REFERENCE), firsts
    mean, p_value = map(float, re.search(r"mean ([\d.]+); .* p = ([\d.]+)", printed).groups())
    assert math.isclose(mean, sum(firsts) / 10, abs_tol=0.051) and p_value > 0.05
    trials = pq.read_table(out / "trials.parquet")
    assert trials.num_rows == 104 and trials.column("Trained").to_pylist().count(False) == 4


def logged(path, runs):
    """The errors of some runs by run and epoch."""
    log = pq.read_table(path).to_pydict()
    rows = zip(log["Run"], log["Epoch"], log["SSE"], log["CosDiff"], log.get("Rule", [None] * len(log["Run"])))
    return {(rule, run, epoch): (sse, cosine) for run, epoch, sse, cosine, rule in rows if run < runs}


def test_the_family_trees_of_the_notebook_are_those_of_the_command(executed, tmp_path):
    """The notebook builds its network by hand: it learns to the bit as the one of the crate does."""
    out, _ = executed("ch4_family_trees")

    def command(rule, runs, epochs):
        folder = tmp_path / rule
        arguments = ["--learning", rule, "--runs", runs, "--epochs", epochs, "--seed", 1, "--out", folder]
        done = subprocess.run(
            [EMERGENT, "run", "family-trees", *map(str, arguments)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return logged(folder / "epochs.parquet", runs)

    ten = logged(out / "ten_runs.parquet", runs=2)
    assert command("combined", 2, 100) == ten
    rules = logged(out / "rules.parquet", runs=1)
    for name, rule in [("Error-driven", "error-driven"), ("Hebbian", "hebbian")]:
        # The command stops at the first epoch without error.
        for (_, run, epoch), values in command(rule, 1, 50).items():
            assert rules[name, run, epoch] == values


def test_a_failing_cell_fails_the_call(tmp_path):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell("use emergent::prelude::*;\nlet kept = 7;"),
        nbformat.v4.new_code_cell('Table::read("missing.parquet")?;'),
    ]
    path = tmp_path / "wrong.ipynb"
    nbformat.write(notebook, path)
    done = subprocess.run(
        [sys.executable, str(ROOT / "notebooks" / "execute.py"), str(path), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    assert "missing.parquet" in done.stderr


def test_the_cell_of_the_readme_prints_what_the_readme_says(tmp_path):
    readme = (ROOT / "README.md").read_text()
    code = re.search(r"```rust\n(.*?)```", readme, re.DOTALL).group(1)
    stated = re.search(r"```text\n(.*?)```", readme, re.DOTALL).group(1)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    path = tmp_path / "readme.ipynb"
    nbformat.write(notebook, path)
    subprocess.run(
        [sys.executable, str(ROOT / "notebooks" / "execute.py"), str(path), str(tmp_path / "out")],
        check=True,
        timeout=300,
    )
    (cell,) = nbformat.read(tmp_path / "out" / "readme.ipynb", as_version=4).cells
    progress, table = [output["data"]["text/plain"] for output in cell.outputs]
    assert table.rstrip() == stated.split("\n\n", 1)[1].rstrip()
    # All but the rate and the time, which are another every time.
    untimed = re.compile(r"[\d.,]+/s, [\d.]+ s")
    assert untimed.sub("", progress) == untimed.sub("", stated.splitlines()[0])
