"""A page for a browser that is asked for: a plain value, and the choices it is made of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ncviz.charts.plot import Plot
from ncviz.errors import UserError
from ncviz.export.beside import Beside, run_beside
from ncviz.export.export_plan import ScenePlan, theme_of_view, to_file
from ncviz.export.model_plan import ModelPlan
from ncviz.language import tr
from ncviz.parameters import command, facet, parameter
from ncviz.wording import bytes_in_words, saved_files

UNITS = MappingProxyType({"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9})
SMALLEST, LARGEST = 200_000, 200_000_000  # bytes: an empty page, and what a browser opens at once
USUAL = 4_000_000


def read_bytes(text: str) -> int:
    """Return a number of bytes that is written as people write it: '10MB', '800 kB'.

    Raises
    ------
    UserError
        If it is none.
    """
    found = re.fullmatch(r"\s*(\d{1,12}(?:\.\d{1,6})?)\s*([kKMG]?[bB]?)\s*", text)
    unit = UNITS.get(found[2].upper()) if found else None
    if found is None or unit is None:
        raise UserError(
            tr("The size {words!r} is no number of bytes: write 10MB or 800kB.", words=text)
        )
    return round(float(found[1]) * unit)


def saved_page(path: Path) -> str:
    """Say where a page was saved, how large it is, and what opens it."""
    opens = tr("{size}, for any browser.", size=bytes_in_words(path.stat().st_size))
    return f"{saved_files(path)} {opens}"


def written_bytes(count: int) -> str:
    """Return a number of bytes as `read_bytes` reads it, without loss."""
    for name in ("GB", "MB", "kB"):
        unit = UNITS[name.upper()]
        if count >= unit and count % (unit // 1000) == 0:
            return f"{count / unit:g}{name}"
    return str(count)


def _size_out_of_range(value: Any, _plan: Any) -> str:
    low, high = bytes_in_words(SMALLEST), bytes_in_words(LARGEST)
    return tr(
        "A page of at most {value} is out of range: choose {low} to {high}.",
        value=bytes_in_words(value),
        low=low,
        high=high,
    )


@dataclass(frozen=True)
class PagePlan(ScenePlan):
    """A page for a browser that is asked for.

    Parameters
    ----------
    most_bytes : int
        The file is no larger: moments and samples are left out until it fits.
    chosen_only : bool
        Without all classes of the run at once beside the chosen ones.
    title : str
        Empty for that of the run, or of the model.
    beside : Beside, optional
        Another run on the right.
    model : ModelPlan, optional
        What the page is of where there is no run: a model along its timeline.
    from_first : bool
        What descends is seen first as it begins.
    curves : tuple of str
        Keys of curves: plots that have some of these show no others.
    plots : tuple of str
        Names of plots: of those that it could have, the page has no others; all, if empty.
    """

    out: Path = to_file(".html")
    file_format: str = parameter("html", choices={"html": "HTML"}, option="-", in_form=False)
    most_bytes: int = parameter(
        USUAL, low=SMALLEST, high=LARGEST, sentence=_size_out_of_range, option="-", in_form=False
    )
    chosen_only: bool = parameter(
        False,
        tr(
            "Without it the page shows all classes of the run at once, too: who looks changes "
            "between them."
        ),
        label=tr("The chosen classes alone"),
        help=tr("leave out the view of all classes at once; a smaller file"),
        when=lambda plan: plan.model is None,
    )
    title: str = parameter(
        "", tr("Above the page."), empty=tr("its own"), help=tr("above the page")
    )

    beside: Beside | None = run_beside()

    verb, plural = "export page", "pages"
    endings = MappingProxyType({".html": "html", ".htm": "html"})
    otherwise = tr("leave the ending out")

    model: ModelPlan | None = None
    from_first: bool = False
    curves: tuple[str, ...] = ()
    plots: tuple[str, ...] = ()

    theme = theme_of_view()
    size = facet(
        str,
        lambda plan: written_bytes(plan.most_bytes),
        lambda plan, text: replace(plan, most_bytes=read_bytes(text)),
        tr("Moments and samples are left out until the file fits, and the page says so."),
        of="most_bytes",
        label=tr("At most"),
        help=tr("of the file at most; default 4MB. Moments and samples are left out until it fits"),
        metavar="10MB",
    )

    def command(self) -> str:
        """Return the command that makes the same file; '' where none stands for what is beside."""
        if self.beside is not None and not self.beside.is_plain:
            return ""
        return command(self, self.verb, also=() if self.model is None else (self.model,))

    def chosen_plots(self, plots: Sequence[Plot]) -> tuple[Plot, ...]:
        """Return those of some plots that the page is to have."""
        return tuple(plot for plot in plots if not self.plots or plot.name in self.plots)

    def _format(self) -> str:
        return self.endings.get(self.out.suffix.lower(), "") if self.out.suffix else "html"
