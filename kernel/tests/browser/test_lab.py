"""JupyterLab in a real browser, as `make lab` opens it: figures, the stop button, completion.

Needs chromium and `pip install playwright`; run it with `make browser`. Screenshots are left in
`out/browser`, to be looked at.
"""

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

sync_api = pytest.importorskip("playwright.sync_api")
ROOT = Path(__file__).resolve().parents[3]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab on copies of the notebooks."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns("sims"))
    kernel = {"display_name": "Emergent (Rust)", "name": "emergent", "language": "rust"}
    empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()], metadata={"kernelspec": kernel})
    for name in ["first", "second"]:
        nbformat.write(empty, folder / "notebooks" / f"{name}.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = folder / "settings"
    settings.mkdir()
    (settings / "overrides.json").write_text(
        '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}'
    )
    process = subprocess.Popen(
        [
            ROOT / ".venv/bin/jupyter", "lab", "--no-browser", f"--port={port}", "--allow-root",
            "--IdentityProvider.token=", f"--LabApp.app_settings_dir={settings}", folder / "notebooks",
        ],
        env={**os.environ, "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces")},
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=1)
            break
        except OSError:
            time.sleep(0.2)
    yield address
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def page(lab):
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.set_default_timeout(20_000)
        yield page
        # The last that was to be seen, for a test that failed.
        keep(page, "last")
        browser.close()


def keep(page, name):
    folder = ROOT / "out" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


def open_notebook(page, lab, name):
    page.goto(f"{lab}/lab/tree/{name}.ipynb?reset")
    page.wait_for_selector(".jp-Notebook .cm-content")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')


def run_cell(page, code):
    page.locator(".jp-Notebook .cm-content").last.click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")


def test_the_ra25_notebook_by_clicking(page, lab):
    page.set_viewport_size({"width": 1200, "height": 6400})
    open_notebook(page, lab, "ra25")
    page.get_by_role("menuitem", name="Kernel").click()
    page.get_by_text("Restart Kernel and Run All Cells").first.click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length == 5")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    keep(page, "ra25")
    assert page.locator(".jp-OutputArea table").count() >= 3
    assert page.locator(".jp-OutputArea [data-mime-type='application/vnd.jupyter.error']").count() == 0


def test_the_stop_button_and_completion(page, lab):
    open_notebook(page, lab, "first")
    run_cell(page, "use emergent::prelude::*;\nlet mut steps = 0_u64;\nprintln!(\"ready\");")
    page.get_by_text("ready", exact=True).wait_for()
    run_cell(
        page,
        'println!("begun");\nwhile !interrupt::requested() { steps += 1; '
        'std::thread::sleep(std::time::Duration::from_millis(1)); }\nprintln!("stopped");',
    )
    page.get_by_text("begun", exact=True).wait_for()
    page.locator('[data-command="notebook:interrupt-kernel"], button[title^="Interrupt"]').first.click()
    page.get_by_text("begun\nstopped").wait_for(timeout=4000)

    page.locator(".jp-Notebook .cm-content").last.click()
    page.keyboard.insert_text("let table = Table::new(); table.with_c")
    page.keyboard.press("Tab")
    page.wait_for_timeout(1500)
    keep(page, "completion")
    line = page.locator(".jp-Notebook .cm-content").last.inner_text()
    popup = page.locator(".jp-Completer-item")
    assert "with_column" in line or popup.count() > 0, line


def test_a_plot_grows_while_a_network_trains(page, lab):
    open_notebook(page, lab, "second")
    run_cell(
        page,
        "use emergent::prelude::*;\nuse emergent::sims::ra25;\n"
        "let mut sim = ra25::sim(&ra25::Settings { max_epochs: 2000, n_zero_stop: 0, ..Default::default() })?;\n"
        'sim.train(&mut Watch::new("Training").with_plot(&["PctErr", "CosDiff"])?)?',
    )
    drawing = ".jp-OutputArea-output[data-mime-type='image/svg+xml'] img"
    page.wait_for_selector(drawing)
    first = page.locator(drawing).get_attribute("src")
    page.wait_for_function("([q, first]) => document.querySelector(q)?.src != first", arg=[drawing, first])
    keep(page, "training")
    page.wait_for_selector(".js-plotly-plot")
    points = "document.querySelector('.js-plotly-plot').data[0].x.length"
    assert page.evaluate(points) == 2000
    keep(page, "trained")
