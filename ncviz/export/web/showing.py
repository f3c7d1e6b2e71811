"""A page in a notebook, by the protocol with which notebooks show any object."""

import base64
import html
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import numpy as np
from PIL import Image

from ncviz.charts.numbers import Numbers
from ncviz.errors import UserError
from ncviz.explorer.run_caption import say_moment
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import preview_figure
from ncviz.export.first_camera import figure_from_first_camera
from ncviz.export.page_plan import USUAL, PagePlan, read_bytes
from ncviz.export.web.making import page_bytes
from ncviz.export.web.on_page import said_of_start
from ncviz.language import tr
from ncviz.nearest import one_among
from ncviz.runs.layer_names import shortened_layer
from ncviz.runs.repeats import open_run
from ncviz.runs.run import Run
from ncviz.runs.writer import write_atomically
from ncviz.scenes.compose import with_classes
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.view import View
from ncviz.wording import upper_first

HEIGHT = 720  # pixels
WIDTH = 720  # of the still picture
MILLIMETRES = 160.0, 100.0  # of the figure that it is
LOWEST, HIGHEST = 100, 10_000


@dataclass(frozen=True)
class ShownPage:
    """A page that Jupyter, VS Code, Colab and marimo show below a cell.

    Parameters
    ----------
    text : str
        The whole page, as HTML.
    height : int
        Of its frame, in pixels.
    note : str
        What must be said above it.
    title : str
        Of the run.
    caption : str
        Of the moment with which it begins.
    picture : bytes
        Of that moment, as PNG.
    """

    text: str
    height: int = HEIGHT
    note: str = ""
    title: str = ""
    caption: str = ""
    picture: bytes = b""

    def save(self, path: Path | str) -> Path:
        """Write the page to a file, whole or not at all, and return it.

        Raises
        ------
        UserError
            If it cannot be written.
        """
        write_atomically(Path(path), self.text.encode())
        return Path(path)

    def _repr_html_(self) -> str:
        """Return a frame of its own, apart from the scripts and styles of the notebook.

        It lies over a still picture and its words. Viewers of notebooks that take out frames, as
        GitHub does, take out styles as well: there the picture stands in the open.
        """
        note = f'<p dir="auto">{html.escape(self.note)}</p>' if self.note else ""
        words = tr("A still picture, as no frame is shown here: {title}", title=self.title)
        png = base64.b64encode(self.picture).decode("ascii")
        return (
            f'{note}<div style="position:relative;height:{self.height}px;overflow:hidden">'
            f'<img src="data:image/png;base64,{png}" alt="">'
            f'<p dir="auto">{html.escape(words)}</p><p dir="auto">{html.escape(self.caption)}</p>'
            f'<iframe srcdoc="{html.escape(self.text)}" sandbox="allow-scripts" '
            'style="position:absolute;left:0;top:0;width:100%;height:100%;border:0"></iframe></div>'
        )

    def __repr__(self) -> str:
        return f"<a page of {len(self.text):,} letters>"


def show(
    run: Run | Path | str,
    *,
    epoch: float | None = None,
    layer: int | str = -1,
    classes: Sequence[int | str] = (),
    theme: str = "light",
    most_bytes: int | str = USUAL,
    height: int = HEIGHT,
) -> ShownPage:
    """Return a page of a run that a notebook shows: no server, no extension, no network.

    Parameters
    ----------
    run : Run, Path or str
        A run, or its folder.
    epoch : float, optional
        To begin with, or the nearest that was recorded, which is said; by default the last.
    layer : int or str
        To begin with: its name, or its number; 0 is the input, −1 the last.
    classes : sequence of int or str
        To begin with, by name or number; by default four.
    theme : str
        'light' or 'dark'.
    most_bytes : int or str
        Moments and samples are left out until the page is no larger, as '10MB'.
    height : int
        Of its frame, in pixels.

    Raises
    ------
    UserError
        If it is no run, has no such layer, class or epoch, or a value is of another kind.
    """
    if not isinstance(run, Run | Path | str):
        raise UserError(tr("{run!r} is no run: show a run, or the path of its folder.", run=run))
    folder = run.path if isinstance(run, Run) else Path(run)
    opened = open_run(folder)
    known = opened.manifest
    moment = opened.epochs[-1] if epoch is None else epoch
    if not isinstance(moment, int | float | np.number) or isinstance(moment, bool):
        raise UserError(tr("The epoch {epoch!r} is no number.", epoch=moment))
    if not (_is_whole(height) and LOWEST <= height <= HIGHEST):
        raise UserError(
            tr(
                "The height {height!r} is no whole number of pixels from {low} to {high:,}.",
                height=height,
                low=LOWEST,
                high=HIGHEST,
            )
        )
    most = int(most_bytes) if _is_whole(most_bytes) else read_bytes(str(most_bytes))
    chosen = classes if _are_several(classes) else (classes,)
    view = View(
        layer=_number(layer, [each.name for each in known.layers], tr("layer")),
        classes=tuple(_number(each, known.class_names, tr("class")) for each in chosen),
        theme=theme,
    ).at(float(moment))
    plan = PagePlan(Path("page.html"), folder, view=view, most_bytes=most)
    note = said_of_start(opened, float(moment))
    text = page_bytes(plan)[0].decode()
    recorded = nearest_recorded(opened.epochs, float(moment))
    seen = with_classes(view.at(recorded), opened)
    said = say_moment(opened, Numbers(opened), seen, recorded)
    where = shortened_layer(known.layers[seen.layer].name)
    caption = f"{upper_first(opened.counting.named(recorded))}, {where}: {said}"
    return ShownPage(text, int(height), note, known.title, caption, _picture(opened, seen))


def _picture(run: Run, view: View) -> bytes:
    """Return the moment as PNG, with the names of its classes."""
    width, height = MILLIMETRES
    figure = FigurePlan(Path("still.png"), run.path, view=view, width=width, height=height)
    pixels = preview_figure(figure_from_first_camera(run, figure), WIDTH)
    buffer = io.BytesIO()
    Image.fromarray(pixels).quantize(256).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _are_several(classes: object) -> TypeGuard[Iterable[int | str]]:
    return isinstance(classes, Iterable) and not isinstance(classes, str)


def _number(asked: object, names: Sequence[str], kind: str) -> int:
    """Return the number of a layer or a class that is named or numbered.

    Raises
    ------
    UserError
        If there is none of that name; numbers are checked with the view.
    """
    if isinstance(asked, str):
        if asked not in names:
            raise UserError(
                tr(
                    "The run has no {kind} {asked!r}: choose {known}.",
                    kind=kind,
                    asked=asked,
                    known=one_among(asked, names),
                )
            )
        return list(names).index(asked)
    if _is_whole(asked):
        return int(asked)
    raise UserError(tr("A {kind} is a name or a number, not {asked!r}.", kind=kind, asked=asked))
