"""Pages in a browser without a graphics processor, beside plotly's page of the same points.

    python benchmarks/pages.py [--samples 2400 600 20000]

Needs a browser (Debian's chromium-headless-shell) and Playwright; plotly is installed into a folder
that is thrown away. For each number of drawn samples: the time of a frame while the scene turns and
while the timeline plays, at 1000 × 700 pixels; the time until the page is there; its size. Plotly's
page holds the same places at the same moments, as points of one colour a class.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright
from speed_row import Row

from ncviz.export.page_plan import PagePlan
from ncviz.export.web.making import make_page
from ncviz.runs.features import Features, FeatureSplit
from ncviz.runs.features_run import write_features
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.palette import THEMES, class_color
from ncviz.scenes.view import View

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
CLASSES, EPOCHS, FRAMES, OPENED = 4, 6, 8, 2
PATIENCE = 120_000  # milliseconds, on a busy machine
SIZES = (2400, 600, 20_000)

FLOOR = "plotly's page of the same points"
TURNING = Row("page-turning", "a page's frame in software while the scene turns", FLOOR, 1.0)
PLAYING = Row("page-playing", "a page's frame in software while the timeline plays", FLOOR, 1.0)
THERE = Row("page-there", "until a page is there", FLOOR, 1.0)
SIZE = Row("page-size", "the size of a page", FLOOR, 1.0, unit="kB")

# A frame is done once a pixel of it can be read.
OURS = """([what, frames]) => {
  const gl = viewer.panes[0].stage.gl, pixel = new Uint8Array(4), taken = [];
  for (let i = 0; i < frames; i++) {
    const begun = performance.now();
    if (what === "turning") viewer.panes[0].camera = viewer.panes[0].camera.orbit(3, 0);
    else viewer.position = (viewer.last * (i + 0.5)) / frames;
    viewer.draw();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    taken.push(performance.now() - begun);
  }
  return taken;
}"""
THEIRS = """async ([what, frames]) => {
  const plot = document.querySelector(".plotly-graph-div"), pixel = new Uint8Array(4), taken = [];
  const { scene } = plot._fullLayout, { glplot } = scene._scene;
  for (let i = 0; i < frames; i++) {
    const begun = performance.now(), turn = 0.05 * i;
    if (what === "turning") {
      const eye = { x: 2 * Math.cos(turn), y: 2 * Math.sin(turn), z: 0.8 };
      scene.camera.eye = eye; // as its own mouse turns it, without a new layout
      scene._scene.setViewport(scene);
    } else {
      const moment = MOMENTS[i % MOMENTS.length];
      await Plotly.restyle(plot, { x: [moment[0]], y: [moment[1]], z: [moment[2]] });
    }
    glplot.redraw();
    glplot.gl.readPixels(0, 0, 1, 1, glplot.gl.RGBA, glplot.gl.UNSIGNED_BYTE, pixel);
    taken.push(performance.now() - begun);
  }
  return taken;
}"""
OURS_READY = "document.documentElement.dataset.drawn === 'yes'"
THEIRS_READY = "globalThis.plotted === true"


def run_of(samples: int, out: Path) -> None:
    """Write a run of so many drawn samples whose classes part from epoch to epoch."""
    rng = np.random.default_rng(0)
    labels = np.arange(samples) % CLASSES
    means = rng.normal(size=(CLASSES, 12)).astype(np.float32)
    noise = rng.normal(size=(samples, 12)).astype(np.float32)
    shrink = np.geomspace(2, 0.2, EPOCHS).astype(np.float32)
    layers = {"features": np.stack([means[labels] + s * noise for s in shrink])}
    names = tuple(f"class {k}" for k in range(CLASSES))
    features = Features(FeatureSplit(layers, labels), names, tuple(range(EPOCHS)))
    write_features(features, out, f"{samples:,} samples", samples // CLASSES, 0)


def plotly_page(run: Run, out: Path) -> None:
    """Write plotly's page of the samples' places at all moments."""
    import plotly.graph_objects as go

    scenes = [compose(run, View().at(epoch)) for epoch in run.epochs]
    labels = run.drawn_labels[scenes[-1].sample_ids]
    hues = [class_color(k, THEMES["light"]) for k in range(CLASSES)]
    places = [scene.samples.positions.round(4).T.tolist() for scene in scenes]
    marker = {"size": 3, "color": [hues[k] for k in labels.tolist()]}
    x, y, z = places[-1]
    figure = go.Figure(go.Scatter3d(x=x, y=y, z=z, mode="markers", marker=marker))
    figure.update_layout(width=1000, height=700)
    moments = f"globalThis.MOMENTS = {places}; globalThis.plotted = true;"
    figure.write_html(out, include_plotlyjs=True, post_script=moments)


def measured(browser: Browser, path: Path, ready: str, script: str) -> dict[str, Any]:
    """Return how long a page takes until it is there, and its frames, in milliseconds."""
    there = []
    for opened in range(OPENED):
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        begun = time.perf_counter()
        page.set_default_timeout(PATIENCE)
        page.goto(path.as_uri())
        page.wait_for_function(ready)
        there.append(1000 * (time.perf_counter() - begun))
        if opened < OPENED - 1:
            page.close()
    page.evaluate(
        "(view => { if (view) view.style.cssText = 'flex:none;height:700px;width:1000px' })"
        "(document.getElementById('view'))"
    )
    found: dict[str, Any] = {"there": statistics.median(there)}
    for what in ("turning", "playing"):
        page.evaluate(script, [what, 2])
        found[what] = statistics.median(page.evaluate(script, [what, FRAMES]))
    page.close()
    return found | {"size": path.stat().st_size / 1000}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, nargs="+", default=list(SIZES))
    asked = parser.parse_args()
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        parser.error("no browser: install Debian's package chromium-headless-shell")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        _install(folder / "plotly")
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for samples in asked.samples:
            ends = "", ".html", "-plotly.html"
            run, ours, theirs = (folder / f"{samples}{end}" for end in ends)
            run_of(samples, run)
            make_page(PagePlan(ours, run, view=View().at(EPOCHS - 1), most_bytes=20_000_000))
            plotly_page(Run(run), theirs)
            own = measured(browser, ours, OURS_READY, OURS)
            other = measured(browser, theirs, THEIRS_READY, THEIRS)
            for row, key in (
                (TURNING, "turning"),
                (PLAYING, "playing"),
                (THERE, "there"),
                (SIZE, "size"),
            ):
                row.point(f"{samples:,} samples", own[key], other[key])
        browser.close()


def _install(folder: Path) -> None:
    """Install plotly where it is thrown away again, unless it is there."""
    try:
        import plotly  # noqa: F401
    except ImportError:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder)]
        subprocess.run([*pip, "plotly>=6"], check=True, env=os.environ | {"PIP_NO_INPUT": "1"})
        sys.path.append(str(folder))


if __name__ == "__main__":
    main()
