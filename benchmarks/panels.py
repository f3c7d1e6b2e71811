"""What it costs to part one picture into panels, at 1000×800, while the camera turns.

    python benchmarks/panels.py

Whole scenes (samples, means, sticks, edges, names) in panels, against one panel with the same
balls, sticks and samples; spheres alone in panels, against one panel of as many; and whole scenes
against one panel of as many samples that has its means, sticks and names once. One raster thread,
as in the window beside a training.
"""

import os

os.environ.setdefault("LP_NUM_THREADS", "1")

import time
from typing import Any

import numpy as np
from speed_row import Row

SAMPLES, PANELS = 300, (8, 24, 48, 100)
ROUNDS, FRAMES = 5, 12
SAME = Row(
    "panels-same",
    "eight panels of 300 spheres with means, sticks, edges and names",
    floor="one panel with the same balls, sticks and samples",
    at_most=1.2,
    order=40,
)
SPHERES = Row(
    "panels-spheres",
    "eight panels of 300 spheres alone",
    floor="one panel of 2,400",
    at_most=1.2,
    order=41,
)
WHOLE = Row(
    "panels-whole",
    "eight panels of 300 spheres, each with means, sticks, edges and names",
    floor="one panel of 2,400 spheres that has them once",
    at_most=1.2,
    order=42,
)


def side_by_side(scenes: list[Any], share: float) -> Any:
    """Return one scene of several, so many times as large, apart from each other in space."""
    from ncviz.scenes.scene import Balls, Scene, Sticks

    across = int(np.ceil(len(scenes) ** (1 / 3)))
    places = [np.unravel_index(number, (across,) * 3) for number in range(len(scenes))]
    shifts = [np.float32(2.0 * (np.array(place) + 0.5) / across - 1) for place in places]

    def joined(name: str, place: str) -> Any:
        parts = [getattr(scene, name) for scene in scenes]
        return np.concatenate(
            [
                share * getattr(part, place) + shift
                for part, shift in zip(parts, shifts, strict=True)
            ]
        )

    def rest(name: str, what: str, times: float) -> Any:
        return np.concatenate([times * getattr(getattr(scene, name), what) for scene in scenes])

    def balls(name: str) -> Balls:
        looks = rest(name, "radii", share), rest(name, "colors", 1.0)
        return Balls(joined(name, "positions"), *looks)

    def sticks(name: str) -> Sticks:
        looks = rest(name, "radii", share), rest(name, "colors", 1.0)
        lit = getattr(scenes[0], name).lit
        return Sticks(joined(name, "starts"), joined(name, "ends"), *looks, lit=lit)

    parts = {"samples": balls("samples"), "balls": balls("balls")}
    return Scene(**parts, sticks=sticks("sticks"), edges=sticks("edges"))


def pictures(count: int) -> dict[str, Any]:
    """Return what is drawn, of so many panels."""
    from draw import HEIGHT, WIDTH, whole_scene

    from ncviz.scenes.scene import Scene, grid_of_panels, one_panel

    scenes = [whole_scene(SAMPLES, 0.022) for _ in range(count)]
    titles = [f"Layer {number}" for number in range(count)]
    many = whole_scene(SAMPLES * count, 0.022)

    def bare(scene: Any) -> Any:
        return Scene(samples=scene.samples)

    shape = WIDTH / HEIGHT, 0
    panels = grid_of_panels(scenes, titles, *shape)
    share = panels.panels[0].pixels(WIDTH, HEIGHT)[3] / HEIGHT
    return {
        "panels": panels,
        "the same": one_panel(side_by_side(scenes, share)),
        "spheres": grid_of_panels([bare(scene) for scene in scenes], titles, *shape),
        "one of spheres": one_panel(bare(many)),
        "one": one_panel(many),
    }


def main() -> None:
    from draw import HEIGHT, WIDTH
    from vispy import gloo

    from ncviz.rendering.stage import Stage
    from ncviz.rendering.windowless import windowless_context
    from ncviz.scenes.camera import Camera

    with windowless_context():
        size = HEIGHT, WIDTH
        parts = gloo.RenderBuffer(size, 0x8058), gloo.RenderBuffer(size, 0x81A6)
        framebuffer = gloo.FrameBuffer(*parts)
        framebuffer.activate()
        for count in PANELS:
            drawn = pictures(count)
            stages = {name: Stage() for name in drawn}
            times: dict[str, list[float]] = {name: [] for name in drawn}
            for stage, picture in zip(stages.values(), drawn.values(), strict=True):
                stage.set_picture(picture)
            for _ in range(ROUNDS):
                for name, stage in stages.items():
                    spent = []
                    for index in range(FRAMES):
                        start = time.perf_counter()
                        stage.draw(Camera(azimuth=3 * index, distance=6), WIDTH, HEIGHT)
                        gloo.finish()
                        spent.append(1e3 * (time.perf_counter() - start))
                    times[name].append(float(np.median(spent[2:])))
            best = {name: min(spent) for name, spent in times.items()}
            words = f"{count} panels"
            SAME.point(words, best["panels"], best["the same"])
            SPHERES.point(words, best["spheres"], best["one of spheres"])
            WHOLE.point(words, best["panels"], best["one"])
        framebuffer.deactivate()


if __name__ == "__main__":
    main()
