"""Draws a Picture, or a single Scene, into whatever framebuffer is bound."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from vispy import gloo

from ncviz.rendering.frame import Tile
from ncviz.rendering.overlay import Overlay
from ncviz.rendering.panels import PanelStage, Programs
from ncviz.rendering.placing import Box
from ncviz.rendering.programs import BLENDING, switch
from ncviz.rendering.rehearsal import Rehearsal
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Picture, Scene, one_panel


class Stage:
    """Owns the programs and buffers of one GL context and draws pictures with them.

    Make one per context, while its canvas is vispy's current canvas, and keep
    to it: what has been uploaded is not uploaded again.

    Parameters
    ----------
    word_seconds : float
        Of the processor's time, that letters which are new may take of a drawing; by default
        all words are drawn at once.

    Attributes
    ----------
    text_scale : float
        How much larger than usual words are, e.g. 1.5 in a lecture room.
    words : sequence of tuples of 4 floats
        Boxes, in pixels, that other words will lie over: no name is placed there.
    whole_samples : bool
        Halos of names erase no sample, as befits saved pictures and films.
    """

    def __init__(self, word_seconds: float = math.inf) -> None:
        self.text_scale = 1.0
        self.words: Sequence[Box] = ()
        self.whole_samples = False
        self._picture = Picture()
        self._programs = Programs()
        self._panels: list[PanelStage] = [PanelStage(self._programs)]
        self._overlay = Overlay(word_seconds)
        self._rehearsal = Rehearsal(self._programs, self._overlay)

    @property
    def unfinished(self) -> bool:
        """Return whether words were left for the next drawing."""
        return self._overlay.unfinished

    def set_scene(self, scene: Scene) -> None:
        """Take another scene to draw, as the one panel of the picture.

        The next drawing uploads those arrays that are other objects than before.

        Parameters
        ----------
        scene : Scene
            Its arrays must not be changed in place while it is drawn.
        """
        self.set_picture(one_panel(scene))

    def set_picture(self, picture: Picture) -> None:
        """Take another picture to draw.

        The next drawing uploads those arrays that are other objects than they
        were in the panel of the same number.

        Parameters
        ----------
        picture : Picture
            The arrays must not be changed in place while they are drawn.
        """
        self._picture = picture
        missing = len(picture.panels) - len(self._panels)
        self._panels += [PanelStage(self._programs) for _ in range(missing)]
        for stage, panel in zip(self._panels, picture.panels, strict=False):
            stage.set_scene(panel.scene)

    def forget_labels(self) -> None:
        """Place labels as if nothing had been drawn before: the same scene, the same picture."""
        self._overlay.forget()

    def rehearse(self) -> bool:
        """Draw, out of sight, one kind of thing that no picture may have needed so far.

        When it is needed, its program has been compiled. To be called while
        nothing moves, with the framebuffer bound that pictures are drawn into;
        no pixel of it changes.

        Returns
        -------
        bool
            Whether there is more to rehearse.
        """
        return self._rehearsal.step()

    def draw(
        self,
        camera: Camera,
        width: int,
        height: int,
        *,
        cameras: Sequence[Camera] | None = None,
        large_spheres_as_quads: bool = False,
        transparent: bool = False,
        tile: Tile | None = None,
        pixel_ratio: float = 1.0,
    ) -> None:
        """Clear the bound framebuffer and draw the picture into it.

        Parameters
        ----------
        camera : Camera
            Where the scenes are seen from.
        width, height : int
            Of the picture, in physical pixels.
        cameras : sequence of Camera, optional
            One for each panel, instead of the one for all.
        large_spheres_as_quads : bool
            Draw samples as quads, which know no largest size and are not lost
            when their centre leaves the picture, instead of as point sprites.
            Sprites larger than the context can draw become quads in any case.
        transparent : bool
            Clear to nothing instead of to the background. Colours are then
            premultiplied with their alpha.
        tile : Tile, optional
            Draw only this part of the picture, into a framebuffer of its size.
        pixel_ratio : float
            Physical pixels for what is one pixel wide: lines, rings, titles.
        """
        options = large_spheres_as_quads, transparent, tile, pixel_ratio
        for _ in self._steps(camera, width, height, cameras, *options):
            pass

    def draw_in_steps(
        self, width: int, height: int, *, cameras: Sequence[Camera], pixel_ratio: float = 1.0
    ) -> Iterator[None]:
        """Draw as `draw` does, and yield between panels, where one may do something else.

        Nothing else may be drawn with this stage until then, and no other picture be taken.
        """
        yield from self._steps(cameras[0], width, height, cameras, False, False, None, pixel_ratio)

    def _steps(
        self,
        camera: Camera,
        width: int,
        height: int,
        cameras: Sequence[Camera] | None,
        large_spheres_as_quads: bool,
        transparent: bool,
        tile: Tile | None,
        pixel_ratio: float,
    ) -> Iterator[None]:
        tile = tile or Tile(0, 0, width, height)
        panels = self._picture.panels
        chosen = cameras or [camera] * len(panels)
        for stage, panel, one in zip(self._panels, panels, chosen, strict=False):
            with _unseen():
                stage.prepare(one, panel.pixels(width, height)[3], large_spheres_as_quads)
            yield
        yield from self._draw_panels(chosen, width, height, tile, transparent)
        # While words are placed, a software renderer fills the panels.
        with _unseen():
            self._overlay.prepare(
                self._picture,
                chosen,
                (width, height),
                tile,
                self.text_scale,
                pixel_ratio,
                self.words,
                self.whole_samples,
            )
        self._overlay.draw()

    def _draw_panels(
        self,
        cameras: Sequence[Camera],
        width: int,
        height: int,
        tile: Tile,
        transparent: bool,
    ) -> Iterator[None]:
        panels = self._picture.panels
        paper = panels[0].scene.background
        _clear(tile, (0.0, 0.0, 0.0, 0.0) if transparent else (*paper, 1.0))
        for stage, panel, camera in zip(self._panels, panels, cameras, strict=False):
            frame = stage.frame(camera, Tile(*panel.pixels(width, height)), tile)
            if frame is None:
                continue
            switch(scissor_test=True)
            gloo.set_blend_func(*BLENDING)
            if panel.scene.background != paper and not transparent:
                gloo.set_scissor(*frame.corner, frame.tile.width, frame.tile.height)
                gloo.clear(color=(*panel.scene.background, 1.0), depth=False)
            with _unseen():
                stage.draw(frame)
            switch(scissor_test=False)
            gloo.flush()  # a software renderer fills this panel while the next is made ready
            yield
        gloo.set_viewport(0, 0, tile.width, tile.height)


def _unseen() -> np.errstate:
    """Let points at infinity be: a training that diverged leaves them, and they are not seen."""
    return np.errstate(invalid="ignore", over="ignore")


def _clear(tile: Tile, color: tuple[float, float, float, float]) -> None:
    gloo.set_viewport(0, 0, tile.width, tile.height)
    switch(cull_face=False, scissor_test=False, stencil_test=False)
    gloo.set_color_mask(True, True, True, True)
    gloo.set_depth_mask(True)
    gloo.set_depth_func("less")
    gloo.clear(color=color)
