"""The still picture of a page: a scene as SVG, or where that would be large as a PNG."""

import base64
from dataclasses import replace
from pathlib import Path

from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import bare_figure

DOTS = 110  # an inch, of a PNG


def still_of(figure: FigurePlan, largest: int) -> str:
    """Return a scene as SVG, or as the address of a PNG.

    Parameters
    ----------
    figure : FigurePlan
        Of an SVG.
    largest : int
        Bytes of an SVG, which has an element for each sample; those of a PNG do not grow.
    """
    content = bare_figure(figure)
    if len(content) <= largest:
        return content.decode()
    png = bare_figure(replace(figure, out=Path("scene.png"), resolution=DOTS))
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
