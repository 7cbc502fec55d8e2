"""The notebooks from start to files, as `make run` does it."""

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
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out, done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return execute("ra25", tmp_path_factory.mktemp("a project"))


def figures_of(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    bundles = [output.data for output in outputs if "data" in output]
    return [bundle for bundle in bundles if "image/svg+xml" in bundle]


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


def test_family_trees(tmp_path):
    out, printed = execute("ch4_family_trees", tmp_path)
    # A line for the end of each of 14 trainings, and at most one every few seconds besides.
    assert 14 <= printed.count(", epoch ") <= 40
    notebook = nbformat.read(out / "ch4_family_trees.ipynb", as_version=4)
    assert len(figures_of(notebook)) == 9
    assert (out / "ch4_family_trees.ipynb").stat().st_size < 4_000_000
    errors = dict(re.findall(r"\| ([\w-]+): (\d+) % errors after", printed))
    assert errors.keys() == {"Combined", "Error-driven", "Hebbian"}
    assert errors["Combined"] == errors["Error-driven"] == "0" and int(errors["Hebbian"]) > 50
    mean, p_value = map(float, re.search(r"mean ([\d.]+); .* p = ([\d.]+)", printed).groups())
    assert 22 <= mean <= 47 and p_value > 0.05
    trials = pq.read_table(out / "trials.parquet")
    assert trials.num_rows == 104 and trials.column("Trained").to_pylist().count(False) == 4


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
