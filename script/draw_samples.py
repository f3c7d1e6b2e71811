"""Draws the pictures of the welcome page: the last epoch of each sample, in both themes."""

from ncviz.assets import asset
from ncviz.explorer.bundled_samples import SAMPLES
from ncviz.export.picture import save_picture
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose
from ncviz.scenes.palette import THEMES
from ncviz.scenes.view import View

SIDE = 480  # more than a card shows, for screens of high density; each below 60 kB
# Near, and without names: at the size of a card they cannot be read.
CAMERA = Camera(target=(0.0, 0.0, 0.24)).zoom(1.15)


def main() -> None:
    """Draw them all."""
    for item in SAMPLES:
        run = Run(item.path)
        for theme in THEMES:
            view = View(run.epochs[-1], classes=item.classes, theme=theme, show_labels=False)
            path = asset("samples") / f"{item.key}-{theme}.png"
            save_picture(compose(run, view), CAMERA, path, SIDE, SIDE)
            print(f"Saved {path}.")


if __name__ == "__main__":
    main()
