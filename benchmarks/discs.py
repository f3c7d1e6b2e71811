"""The whole lit scene against flat discs of the same points, at 1000×800, while the camera turns.

    python benchmarks/discs.py

The floor is plain OpenGL: one point sprite a sample, as large and of the same colour, cut out hard,
tested against the depth of its centre, unsorted, as pyqtgraph draws them. It has no light, no rim,
no depth of its own, no order, and none of the means, sticks, edges and names of the whole scene.
One raster thread, as in the window.
"""

import os

os.environ.setdefault("LP_NUM_THREADS", "1")

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from speed_row import Row

SIZES = {10_000: 0.014, 60_000: 0.010, 1_000: 0.022, 250_000: 0.006}  # radii of samples
ROUNDS, FRAMES = 4, 10
BATCH = 1500  # points
FLOOR = "flat discs of the same points in plain OpenGL"
TEN = Row("discs", "whole lit scene, 10,000 samples", floor=FLOOR, at_most=1.15, order=38)
SIXTY = Row("discs-60000", "whole lit scene, 60,000 samples", floor=FLOOR, at_most=1.15, order=39)
ROWS = {10_000: TEN, 60_000: SIXTY}
VERTEX = """
uniform mat4 u_view;
uniform mat4 u_projection;
uniform float u_height;
attribute vec3 a_position;
attribute float a_radius;
attribute vec4 a_color;
varying vec4 v_color;
void main() {
    gl_Position = u_projection * (u_view * vec4(a_position, 1.0));
    gl_PointSize = u_height * u_projection[1][1] * a_radius / gl_Position.w;
    v_color = a_color;
}
"""
FRAGMENT = """
varying vec4 v_color;
void main() {
    vec2 offset = 2.0 * gl_PointCoord - 1.0;
    if (dot(offset, offset) > 1.0) discard;
    gl_FragColor = v_color;
}
"""


def plain_discs(scene: Any, width: int, height: int) -> Callable[[Any], None]:
    """Return what draws the samples of a scene as flat discs."""
    from vispy import gloo

    program = gloo.Program(VERTEX, FRAGMENT)
    samples = scene.samples
    program["a_position"] = samples.positions
    program["a_radius"] = samples.radii[:, None]
    program["a_color"] = samples.colors
    program["u_height"] = height
    every = np.arange(len(samples), dtype=np.uint32)
    parts = np.array_split(every, -(-len(every) // BATCH))
    batches = [gloo.IndexBuffer(part.copy()) for part in parts]

    def draw(camera: Any) -> None:
        gloo.set_viewport(0, 0, width, height)
        gloo.set_state(depth_test=True, blend=True, cull_face=False)
        gloo.set_blend_func("src_alpha", "one_minus_src_alpha")
        gloo.clear(color="white", depth=True)
        program["u_view"] = camera.view_matrix().T.astype(np.float32)
        program["u_projection"] = camera.projection_matrix(width / height).T.astype(np.float32)
        for batch in batches:  # by far faster in software than one call for all
            program.draw("points", batch)
            gloo.flush()

    return draw


def main() -> None:
    from draw import HEIGHT, WIDTH, whole_scene
    from vispy import gloo
    from vispy.gloo import gl

    from ncviz.rendering.stage import Stage
    from ncviz.rendering.windowless import windowless_context
    from ncviz.scenes.camera import Camera
    from ncviz.scenes.scene import one_panel

    with windowless_context():
        size = HEIGHT, WIDTH
        parts = gloo.RenderBuffer(size, 0x8058), gloo.RenderBuffer(size, 0x81A6)
        framebuffer = gloo.FrameBuffer(*parts)
        framebuffer.activate()
        Stage().draw(Camera(), WIDTH, HEIGHT)  # switches point sprites on
        gl.glEnable(0x8642)  # GL_PROGRAM_POINT_SIZE
        gl.glEnable(0x8861)  # GL_POINT_SPRITE
        for count, radius in SIZES.items():
            scene = whole_scene(count, radius)
            stage = Stage()
            stage.set_picture(one_panel(scene))
            discs = plain_discs(scene, WIDTH, HEIGHT)
            ways: dict[str, Callable[[Any], None]] = {
                "whole": lambda camera, stage=stage: stage.draw(camera, WIDTH, HEIGHT),
                "discs": discs,
            }
            best = dict.fromkeys(ways, float("inf"))
            for _ in range(ROUNDS):
                for name, draw in ways.items():
                    spent = []
                    for index in range(FRAMES):
                        start = time.perf_counter()
                        draw(Camera(azimuth=3 * index, distance=6))
                        gloo.finish()
                        spent.append(1e3 * (time.perf_counter() - start))
                    best[name] = min(best[name], float(np.median(spent[2:])))
            for row in ROWS.values() if count not in ROWS else (ROWS[count],):
                row.point(f"{count:,} samples", best["whole"], best["discs"])
        framebuffer.deactivate()


if __name__ == "__main__":
    main()
