"""Executes notebooks through the kernel and keeps what they made.

    python notebooks/execute.py NOTEBOOK OUT_DIR

writes the executed notebook and a self-contained HTML of it to OUT_DIR, reports
each cell and the text it prints while it runs, and ends with one line per file in
OUT_DIR. A cell that fails ends it with the cell's error and exit status 1; the
notebook is then kept as far as it ran.

    python notebooks/execute.py --keep NOTEBOOK...

writes the outputs into the notebooks themselves, so that they can be read where
nothing runs: drawings, tables and text, without bars of progress and without the
interactive figures, which are many times as large. A cell whose metadata name an image ("image": "NAME")
also gives its last drawing to images/NAME.svg beside the notebook.
"""

import copy
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter


SECONDS_BETWEEN_PROGRESS = 5


def is_progress(output):
    """Whether an output is a bar of progress."""
    return bool(output.get("metadata", {}).get("emergent", {}).get("progress"))


class ReportingClient(NotebookClient):
    """Shows the first line of each cell as it starts, and its output as it comes.

    A progress bar is shown as it ended, and every few seconds until then.
    """

    progress = ""
    progress_due = 0.0

    def show_progress(self):
        if self.progress:
            print(f"    | {self.progress}", flush=True)
        self.progress = ""

    def process_message(self, msg, cell, cell_index):
        kind, content = msg["msg_type"], msg["content"]
        if kind in ("display_data", "update_display_data"):
            if is_progress(content):
                if kind == "display_data":
                    self.show_progress()
                    self.progress_due = time.monotonic() + SECONDS_BETWEEN_PROGRESS
                self.progress = content["data"].get("text/plain", "")
                if time.monotonic() >= self.progress_due:
                    self.show_progress()
                    self.progress_due = time.monotonic() + SECONDS_BETWEEN_PROGRESS
        elif kind in ("stream", "error") or (kind, content.get("execution_state")) == ("status", "idle"):
            self.show_progress()
            for line in content.get("text", "").splitlines():
                print(f"    | {line}", flush=True)
        return super().process_message(msg, cell, cell_index)


def first_line(source):
    lines = [line for line in source.splitlines() if line.strip() and not line.lstrip().startswith("//")]
    return lines[0] if lines else ""


def offline(html):
    """The page without the scripts that nbconvert would load from the network.

    They draw formulas, diagrams and widgets, of which our notebooks have none; the figures are
    SVG within the page.
    """
    script = re.compile(r"<script\b.*?</script>", re.DOTALL)
    return script.sub(lambda found: "" if "https://cdnjs" in found.group() else found.group(), html)


def write_whole(path, text):
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


PLOTLY = "application/vnd.plotly.v1+json"
SVG = "image/svg+xml"


def joined(outputs):
    """The outputs, where text that was printed in pieces is one."""
    whole = []
    for output in outputs:
        last = whole[-1] if whole else {}
        if output.get("name") == last.get("name") and output.output_type == last.get("output_type") == "stream":
            last.text += output.text
        else:
            whole.append(output)
    return whole


def light(notebook):
    """A copy of an executed notebook as it is kept: without interactive figures and progress."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if "outputs" in cell:
            cell.outputs = joined(output for output in cell.outputs if not is_progress(output))
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(PLOTLY, None)
    return notebook


def images(notebook):
    """The drawings that cells give away, by the name of the image."""
    drawn = {}
    for cell in notebook.cells:
        name = cell.metadata.get("image")
        if name is not None:
            bundles = [output.data for output in cell.outputs if "data" in output]
            drawings = [bundle[SVG] for bundle in bundles if SVG in bundle]
            if not drawings:
                raise SystemExit(f"the cell of the image {name} draws nothing: {first_line(cell.source)}")
            drawn[name] = drawings[-1]
    return drawn


def run(notebook, folder):
    """Executes a notebook in a folder; the error of the cell that failed, if one did."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        cell.outputs, cell.execution_count = [], None
    total = len(code)
    started = {}
    numbers = {}

    def on_start(cell, cell_index):
        if cell.cell_type == "code":
            numbers[cell_index] = len(numbers) + 1
            started[cell_index] = time.monotonic()
            print(f"cell {numbers[cell_index]}/{total}: {first_line(cell.source)}", flush=True)

    def on_executed(cell, cell_index, execute_reply):
        seconds = time.monotonic() - started[cell_index]
        print(f"    {seconds:.2f} s", flush=True)

    client = ReportingClient(
        notebook,
        timeout=3600,
        kernel_name="emergent",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        on_cell_execute=on_start,
        on_cell_executed=on_executed,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return error
    return None


def execute(notebook_path, out_dir):
    out_dir.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.read(notebook_path, as_version=4)
    print(f"starting the kernel for {notebook_path}", flush=True)
    failure = run(notebook, notebook_path.parent)
    write_whole(out_dir / notebook_path.name, nbformat.writes(notebook) + "\n")
    html, _ = HTMLExporter().from_notebook_node(notebook)
    write_whole(out_dir / notebook_path.with_suffix(".html").name, offline(html))
    if failure is not None:
        print(failure, file=sys.stderr)
        return 1
    for path in sorted(out_dir.iterdir()):
        print(f"{path}  {path.stat().st_size:,} bytes")
    return 0


def keep(notebook_path):
    notebook = nbformat.read(notebook_path, as_version=4)
    metadata = copy.deepcopy(notebook.metadata)
    print(f"starting the kernel for {notebook_path}", flush=True)
    failure = run(notebook, notebook_path.parent)
    if failure is not None:
        print(failure, file=sys.stderr)
        return 1
    kept = light(notebook)
    # The kernel's version is no part of the notebook.
    kept.metadata = metadata
    write_whole(notebook_path, nbformat.writes(kept) + "\n")
    for name, drawing in images(kept).items():
        path = notebook_path.parent / "images" / f"{name}.svg"
        path.parent.mkdir(exist_ok=True)
        write_whole(path, drawing)
        print(f"{path}  {path.stat().st_size:,} bytes")
    print(f"{notebook_path}  {notebook_path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--keep", first, *others]:
            sys.exit(max(keep(Path(path)) for path in [first, *others]))
        case [notebook, out] if not notebook.startswith("--"):
            sys.exit(execute(Path(notebook), Path(out)))
        case _:
            sys.exit(__doc__)
