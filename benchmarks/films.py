"""How long films take: frames drawn by OpenGL, encoded on a thread beside.

Makes 300 frames of 1280×720 of the demonstration over its epochs, plain and
with the plot in step, as MP4, and prints seconds and frames a second. The
promise is under 20 s with software OpenGL on 2 cores. Then the same frames
again: their bytes must be equal.

    python benchmarks/films.py [--size 3840x2160] [--frames 300]
"""

import argparse
import hashlib
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from ncviz.assets import asset
from ncviz.export.films import FilmPlan, make_film, preview_frame
from ncviz.rendering.offscreen import gl_description
from ncviz.scenes.view import View

RATE = 30.0
LIMIT = 20.0  # seconds


def timed(plan: FilmPlan) -> tuple[float, str]:
    """Make a film; return seconds and the digest of its bytes."""
    start = time.perf_counter()
    make_film(plan)
    seconds = time.perf_counter() - start
    return seconds, hashlib.sha256(plan.out.read_bytes()).hexdigest()[:16]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--frames", type=int, default=300)
    parsed = parser.parse_args()
    width, height = (int(part) for part in parsed.size.split("x"))
    print(gl_description().renderer)
    with tempfile.TemporaryDirectory() as folder:
        plain = FilmPlan(
            Path(folder) / "film.mp4",
            asset("demonstration"),
            view=View(theme="dark"),
            width=width,
            height=height,
            rate=RATE,
            seconds=parsed.frames / RATE,
            title="Neural collapse",
            turn=60.0,
        )
        preview_frame(plain, 0.0)  # the context and the shaders
        drawing = []
        for share in np.linspace(0, 1, 20):
            start = time.perf_counter()
            preview_frame(plain, float(share))
            drawing.append(time.perf_counter() - start)
        print(f"one frame alone         {1000 * np.median(drawing):6.1f} ms")
        plans = {
            "plain": plain,
            "with the plot": replace(plain, plot=True),
            "fine (twice as large)": replace(plain, supersample=2),
        }
        for name, plan in plans.items():
            seconds, digest = timed(plan)
            again = timed(plan)[1]
            size = plan.out.stat().st_size
            print(
                f"{name:22} {seconds:7.1f} s  {parsed.frames / seconds:5.1f} frames/s  "
                f"{size / 1e6:4.2f} MB  again {'the same' if again == digest else 'OTHER'} bytes"
                f"{'' if seconds < LIMIT else '  TOO SLOW'}"
            )


if __name__ == "__main__":
    main()
