"""Several scenes on one canvas: how far away they are seen from, and how high they stand."""

from dataclasses import replace

from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_moves import fitted
from ncviz.scenes.scene import Picture, Scene

CLOSER = 1.15  # what a scene leaves free on both sides, a narrow panel need not show


def drawing_camera(picture: Picture, camera: Camera, width: int, height: int) -> Camera:
    """Return what to draw a picture with: farther away where panels are narrow.

    Parameters
    ----------
    picture : Picture
    camera : Camera
        That shows all of a square panel.
    width, height : int
        Of the picture, on the screen or in a file.
    """
    panels = picture.panels
    if len(panels) == 1:
        return camera
    aspect = min(p.width * width / (p.height * max(1, height)) for p in panels)
    return fitted(camera, max(CLOSER * aspect, 0.1))


def above(picture: Picture, share: float) -> Picture:
    """Return a picture that fills no more than the upper share of the canvas."""
    share = min(max(share, 0.1), 1.0)
    panels = (replace(p, top=share * p.top, height=share * p.height) for p in picture.panels)
    return Picture(tuple(panels))


def main_scene(picture: Picture) -> Scene:
    """Return the framed scene, or the first."""
    chosen = [panel.scene for panel in picture.panels if panel.chosen]
    return chosen[0] if chosen else picture.panels[0].scene
