"""A page in a notebook, by the protocol with which notebooks show any object."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ncviz.export.page_plan import USUAL, PagePlan
from ncviz.export.web.making import page_bytes
from ncviz.runs.repeats import open_run
from ncviz.runs.run import Run
from ncviz.runs.writer import write_atomically
from ncviz.scenes.view import View

HEIGHT = 720  # pixels


@dataclass(frozen=True)
class ShownPage:
    """A page that Jupyter, VS Code, Colab and marimo show below a cell.

    Parameters
    ----------
    text : str
        The whole page, as HTML.
    height : int
        Of its frame, in pixels.
    """

    text: str
    height: int = HEIGHT

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
        """Return a frame of its own, apart from the scripts and styles of the notebook."""
        return (
            f'<iframe srcdoc="{html.escape(self.text)}" sandbox="allow-scripts" '
            f'style="width:100%;height:{self.height}px;border:0"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<a page of {len(self.text):,} letters>"


def show(
    run: Run | Path | str,
    *,
    epoch: float | None = None,
    layer: int = -1,
    classes: Sequence[int] = (),
    theme: str = "light",
    most_bytes: int = USUAL,
    height: int = HEIGHT,
) -> ShownPage:
    """Return a page of a run that a notebook shows: no server, no extension, no network.

    Parameters
    ----------
    run : Run, Path or str
        A run, or its folder.
    epoch : float, optional
        To begin with; by default the last.
    layer : int
        To begin with; 0 is the input, −1 the last.
    classes : sequence of int
        To begin with; by default four.
    theme : str
        'light' or 'dark'.
    most_bytes : int
        Moments and samples are left out until the page is no larger.
    height : int
        Of its frame, in pixels.

    Raises
    ------
    UserError
        If it is no run, or has no such layer, class or epoch.
    """
    folder = run.path if isinstance(run, Run) else Path(run)
    moment = open_run(folder).epochs[-1] if epoch is None else epoch
    view = View(layer=layer, classes=tuple(classes), theme=theme).at(moment)
    plan = PagePlan(Path("page.html"), folder, view=view, most_bytes=most_bytes)
    return ShownPage(page_bytes(plan)[0].decode(), height)
