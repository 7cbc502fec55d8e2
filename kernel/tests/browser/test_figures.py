"""Every kind of figure as plotly draws it, in a real browser.

Needs chromium and `pip install playwright`; run it with `make browser`. Screenshots are left in
`out/browser/figures`, to be looked at.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
ROOT = Path(__file__).resolve().parents[3]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# WebGL in software, for figures in space.
FLAGS = "--no-sandbox --disable-quic --no-first-run --use-angle=swiftshader --enable-unsafe-swiftshader".split()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")

# Draws what a page shows on a canvas, and counts the pixels that are not white.
INK = """async source => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const data = context.getImageData(0, 0, image.width, image.height).data;
    let ink = 0;
    for (let i = 0; i < data.length; i += 4)
        ink += data[i] < 240 || data[i + 1] < 240 || data[i + 2] < 240;
    return ink / (image.width * image.height);
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The gallery of analysis's tests, one page for each figure."""
    folder = tmp_path_factory.mktemp("figures")
    subprocess.run(
        ["cargo", "test", "--quiet", "--test", "figures", "--", "drawings_are_well_formed"],
        cwd=ROOT,
        env={**os.environ, "FIGURE_FOLDER": str(folder)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    found = sorted(folder.glob("*.html"))
    assert len(found) > 25
    return found


def test_every_figure_is_drawn_without_a_complaint(pages):
    out = ROOT / "out" / "browser" / "figures"
    out.mkdir(parents=True, exist_ok=True)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 900, "height": 700}, offline=True)
        complaints = []
        for path in pages:
            page = context.new_page()
            page.on(
                "console",
                lambda message, name=path.stem: message.type == "error"
                and complaints.append((name, message.text)),
            )
            page.on("pageerror", lambda error, name=path.stem: complaints.append((name, str(error))))
            page.goto(path.as_uri())
            page.wait_for_selector(".js-plotly-plot .main-svg", timeout=20_000)
            page.wait_for_timeout(300)
            page.screenshot(path=out / f"{path.stem}.png")
            drawn = page.evaluate(
                "() => Plotly.toImage(document.querySelector('.js-plotly-plot'), {format: 'png'})"
            )
            ink = page.evaluate(INK, drawn)
            assert 0.01 < ink < 0.98, (path.stem, ink)
            page.close()
        browser.close()
    assert not complaints
