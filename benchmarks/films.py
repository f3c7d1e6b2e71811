"""How long films take: frames drawn by OpenGL, encoded on a thread beside.

Makes 300 frames of 1280×720 of the demonstration over its epochs, plain and
with the plot in step, as MP4, and prints seconds and frames a second. The
promise is under 20 s with software OpenGL on 2 cores. Then the same film
again: its decoded frames must be equal. Seconds of processors tell what it
costs where other programs take turns.

    python benchmarks/films.py [--size 3840x2160] [--frames 300] [--plain]

With --overlap alone: what a frame of a film takes against the slower of drawing it and encoding
it, each by itself.
"""

import argparse
import hashlib
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
from speed_row import Row

from ncviz.assets import asset
from ncviz.export import film_files
from ncviz.export.film_frames import Painter
from ncviz.export.film_plan import FilmPlan
from ncviz.export.films import make_film, preview_frame
from ncviz.rendering.offscreen import gl_description, render
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View

RATE = 30.0
LIMIT = 20.0  # seconds
PARTS = 40  # frames that are looked at part by part
OVERLAP = Row(
    "film",
    "film of 300 frames, a frame",
    floor="the slower of drawing and encoding, each alone",
    at_most=1.2,
    arguments=("--overlap",),
    order=43,
)
SHARED = Row(
    "film-cores",
    "film of 300 frames, a frame, where cores are few",
    floor="the processors' time of drawing and of encoding, over the cores; at least the slower",
    at_most=1.2,
    arguments=("--overlap",),
    order=44,
)
SIZES = ((1280, 720, 300), (640, 360, 300), (1920, 1080, 120), (3840, 2160, 24))


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


def overlap(plain: FilmPlan) -> None:
    """Measure what a frame takes when frames are drawn and encoded at a time."""
    assert plain.run is not None
    for width, height, frames in SIZES:
        plan = replace(plain, width=width, height=height, seconds=frames / RATE)
        painter = Painter(plan, Run(plan.run))
        painter.frame(0.0)
        took = []
        for _ in range(2):
            start, busy = time.perf_counter(), time.process_time()
            drawn = [painter.frame(k / (frames - 1)) for k in range(frames)]
            drawing = time.perf_counter() - start
            encoder = film_files.open_film_file(plan, {})
            start = time.perf_counter()
            for frame in drawn:
                encoder.write(frame)
            encoding, busy = time.perf_counter() - start, time.process_time() - busy
            encoder.discard()
            del drawn
            start = time.perf_counter()
            make_film(plan)
            slower = max(drawing, encoding)
            shared = max(slower, busy / len(os.sched_getaffinity(0)))
            took.append((time.perf_counter() - start, slower, shared))
        whole, slower, shared = (1e3 * seconds / frames for seconds in min(took))
        OVERLAP.point(f"{width}×{height}", whole, slower)
        SHARED.point(f"{width}×{height}", whole, shared)
    OVERLAP.ends(
        "More than 4096×2304 pixels, or 36,000 frames, are refused before anything is drawn, with "
        "what can be had."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--plain", action="store_true", dest="only", help="the first film alone")
    parser.add_argument("--overlap", action="store_true")
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
        if parsed.overlap:
            overlap(plain)
            return
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
