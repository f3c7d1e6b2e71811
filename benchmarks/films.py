"""How long films take: frames drawn by OpenGL, encoded on a thread beside.

Makes 300 frames of 1280×720 of the demonstration over its epochs, plain and
with the plot in step, as MP4, and prints seconds and frames a second. The
promise is under 20 s with software OpenGL on 2 cores. Then the same film
again: its decoded frames must be equal. Seconds of processors tell what it
costs where other programs take turns.

    python benchmarks/films.py [--size 3840x2160] [--frames 300] [--plain]
"""

import argparse
import hashlib
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import av
import numpy as np

from ncviz.assets import asset
from ncviz.export import film_files
from ncviz.export.film_plan import FilmPlan
from ncviz.export.films import make_film, preview_frame
from ncviz.rendering.offscreen import gl_description, render
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View

RATE = 30.0
LIMIT = 20.0  # seconds
PARTS = 40  # frames that are looked at part by part


def timed(plan: FilmPlan) -> tuple[float, float, str]:
    """Make a film; return seconds, seconds of all processors, and the digest of its frames."""
    start, busy = time.perf_counter(), time.process_time()
    make_film(plan)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    digest = hashlib.sha256()
    with av.open(str(plan.out)) as container:
        for frame in container.decode(video=0):
            digest.update(frame.to_ndarray(format="rgb24").tobytes())
    return seconds, busy, digest.hexdigest()[:16]


def shares(plan: FilmPlan) -> None:
    """Print what a frame costs, part by part."""
    assert plan.run is not None
    run, view, moments = Run(plan.run), plan.view, np.linspace(0, 600, PARTS)
    scenes = [compose(run, view.at(float(moment))) for moment in moments]
    frames = [render(scene, view.camera, plan.width, plan.height) for scene in scenes]
    encoder = film_files.open_film_file(plan, {})
    parts = {
        "composing": lambda k: compose(run, view.at(float(moments[k]) + 0.3)),
        "drawing, reading back": lambda k: render(
            scenes[k], view.camera, plan.width, plan.height, supersample=1
        ),
        "encoding": lambda k: encoder.write(np.ascontiguousarray(frames[k][..., :3])),
    }
    for name, part in parts.items():
        start, busy = time.perf_counter(), time.process_time()
        for k in range(PARTS):
            part(k)
        spent = 1000 / PARTS
        print(
            f"  {name:22} {spent * (time.perf_counter() - start):6.1f} ms a frame, "
            f"{spent * (time.process_time() - busy):6.1f} ms of processors"
        )
    encoder.discard()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--plain", action="store_true", dest="only", help="the first film alone")
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
        shares(plain)
        plans = {
            "plain": plain,
            "with the plot": replace(plain, plot=True),
            "fine (twice as large)": replace(plain, supersample=2),
        }
        if parsed.only:
            plans = {"plain": plain}
        for name, plan in plans.items():
            seconds, busy, digest = timed(plan)
            again = timed(plan)[2]
            size = plan.out.stat().st_size
            print(
                f"{name:22} {seconds:7.1f} s  {parsed.frames / seconds:5.1f} frames/s  "
                f"{busy:5.1f} s of processors  {size / 1e6:4.2f} MB  "
                f"again {'the same' if again == digest else 'OTHER'} frames"
                f"{'' if seconds < LIMIT else '  TOO SLOW'}"
            )


if __name__ == "__main__":
    main()
