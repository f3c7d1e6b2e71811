"""One panel of a picture: a scene in its own rectangle of the framebuffer."""

from vispy import gloo

from ncviz.rendering.capsules import Capsules, capsule_program
from ncviz.rendering.frame import Frame, Tile, reach
from ncviz.rendering.shapes import Shapes, shape_programs
from ncviz.rendering.sprites import (
    SAMPLE_GLOSS,
    Sprites,
    largest_sprite,
    point_size_limit,
    sprite_program,
)
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Scene

BALL_GLOSS = 1.0
# Sprites whose centre lies so far outside the panel are drawn still: else they
# would vanish at its border.
_MARGIN = 64


class Programs:
    """The compiled programs of one GL context, shared by all panels."""

    def __init__(self) -> None:
        self.sprites = sprite_program()
        self.large_samples = capsule_program(SAMPLE_GLOSS)
        self.solids = capsule_program(BALL_GLOSS)
        self.shapes = shape_programs()


class PanelStage:
    """Owns the buffers of one panel.

    Parameters
    ----------
    programs : Programs
        Of the same GL context.
    """

    def __init__(self, programs: Programs) -> None:
        self._scene = Scene()
        self._reach_from: tuple[float, float, float] | None = None
        self._reach = 0.0
        self._as_quads = False
        self._samples = Sprites(programs.sprites)
        self._large_samples = Capsules(programs.large_samples)
        self._shapes = Shapes(programs.shapes)
        self._solids = Capsules(programs.solids)

    def set_scene(self, scene: Scene) -> None:
        """Take another scene; what changed is uploaded when it is drawn next."""
        if scene is not self._scene:
            self._scene = scene
            self._reach_from = None

    def frame(self, camera: Camera, panel: Tile, tile: Tile) -> Frame | None:
        """Return what is to be drawn; None where the tile shows nothing of the panel.

        Parameters
        ----------
        camera : Camera
            Where the scene is seen from.
        panel, tile : Tile
            Of the whole picture: where the panel stands, and what is drawn.
        """
        left, top = max(panel.x, tile.x), max(panel.y, tile.y)
        right = min(panel.x + panel.width, tile.x + tile.width)
        bottom = min(panel.y + panel.height, tile.y + tile.height)
        if left >= right or top >= bottom:
            return None
        return Frame(
            camera,
            panel.width,
            panel.height,
            Tile(left - panel.x, top - panel.y, right - left, bottom - top),
            self._scene.background,
            self._reach_of(camera.target),
            self._scene.fog,
            (left - tile.x, tile.y + tile.height - bottom),
        )

    def prepare(self, camera: Camera, height: int, large_spheres_as_quads: bool) -> None:
        """Sort and upload what has changed.

        To be done for all panels before any is drawn, so that nothing is
        uploaded between two draw calls.

        Parameters
        ----------
        camera : Camera
            Where the scene is seen from.
        height : int
            Of the panel, in pixels.
        large_spheres_as_quads : bool
            Draw samples as quads instead of as point sprites.
        """
        scene, samples = self._scene, self._scene.samples
        self._as_quads = large_spheres_as_quads or self._too_large_for_sprites(camera, height)
        lines = scene.edges, scene.links, scene.ground, scene.trails
        self._solids.set_parts(scene.balls, scene.sticks, *lines)
        self._solids.sort(camera, in_two_passes=True)
        if samples.shapes is not None:
            self._shapes.set_balls(samples)
            self._shapes.sort(camera, self._as_quads)
        elif self._as_quads:
            self._large_samples.set_parts(samples)
            self._large_samples.sort(camera, in_two_passes=False)
        else:
            self._samples.set_balls(samples)
            self._samples.sort(camera)

    def draw(self, frame: Frame) -> None:
        """Draw the prepared scene into the frame's rectangle, which has been cleared.

        Parameters
        ----------
        frame : Frame
            From `frame`.
        """
        view = (*frame.corner, frame.tile.width, frame.tile.height)
        gloo.set_scissor(*view)
        gloo.set_viewport(*view)
        # Order matters. Whole pixels of solid things first; then the samples,
        # back to front, whose rims blend over them; then the rims of solid
        # things, which blend over samples behind them. Were a rim to come
        # before what lies behind it, it would show as a ring of background.
        self._solids.draw_solid(frame)
        if self._scene.samples.shapes is not None:
            self._shapes.draw(frame)
        elif self._as_quads:
            self._large_samples.draw_sorted(frame)
        elif len(self._scene.samples):
            wider = frame.widened(_MARGIN)
            gloo.set_viewport(*wider.corner, wider.tile.width, wider.tile.height)
            self._samples.draw(wider)
            gloo.set_viewport(*view)
        self._solids.draw_see_through(frame)

    def _too_large_for_sprites(self, camera: Camera, height: int) -> bool:
        samples, limit = self._scene.samples, point_size_limit()
        if not len(samples):
            return False
        nearest = camera.distance - self._reach_of(camera.target)
        if nearest > camera.clipping_planes()[0]:
            # Mostly it is enough to know how large the largest could be at most.
            scale = float(camera.pixels_per_unit(height, nearest))
            if 2 * scale * float(samples.radii.max(initial=0.0)) + 2 <= limit:
                return False
        return largest_sprite(samples, camera, height) > limit

    def _reach_of(self, target: tuple[float, float, float]) -> float:
        if target != self._reach_from:
            self._reach_from, self._reach = target, reach(self._scene, target)
        return self._reach
