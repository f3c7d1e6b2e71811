"""Pages in a browser without a graphics processor: size, time until there, time of a frame.

    python benchmarks/pages.py [--samples 600 2400 20000]

Needs a browser (Debian's chromium-headless-shell) and Playwright. Prints for each number of drawn
samples the size of the page, the time to make it, the time until it is there, and that of a frame
while the scene turns and while the timeline plays, at 1000 × 700 pixels.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from ncviz.export.page_plan import PagePlan, bytes_in_words
from ncviz.export.web.making import make_page
from ncviz.runs.features import Features, FeatureSplit
from ncviz.runs.features_run import write_features
from ncviz.scenes.view import View

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
CLASSES, EPOCHS, FRAMES = 4, 6, 20
# A frame is done once a pixel of it can be read.
MEASURED = """([what, frames]) => {
  const gl = viewer.stage.gl, pixel = new Uint8Array(4), begun = performance.now();
  for (let i = 0; i < frames; i++) {
    if (what === "turning") viewer.camera = viewer.camera.orbit(3, 0);
    else viewer.position = (viewer.last * (i + 0.5)) / frames;
    viewer.draw();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  }
  return (performance.now() - begun) / frames;
}"""


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, nargs="+", default=[600, 2400, 20_000])
    asked = parser.parse_args()
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        parser.error("no browser: install Debian's package chromium-headless-shell")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for samples in asked.samples:
            run, out = Path(folder) / f"run-{samples}", Path(folder) / f"{samples}.html"
            run_of(samples, run)
            begun = time.perf_counter()
            make_page(PagePlan(out, run, view=View().at(EPOCHS - 1), most_bytes=20_000_000))
            made = time.perf_counter() - begun
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            begun = time.perf_counter()
            page.goto(out.as_uri())
            page.wait_for_function("document.documentElement.dataset.state === 'ready'")
            there = time.perf_counter() - begun
            page.evaluate(
                "document.getElementById('view').style.cssText = 'flex:none;height:700px'"
            )
            times = {
                what: page.evaluate(MEASURED, [what, FRAMES]) for what in ("turning", "playing")
            }
            held = page.evaluate("viewer.state.parts.samples.count")
            print(
                f"{held:,} samples: {bytes_in_words(out.stat().st_size)}, made in {made:.1f} s, "
                f"there after {there:.2f} s, a frame {times['turning']:.0f} ms turning, "
                f"{times['playing']:.0f} ms playing"
            )
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
