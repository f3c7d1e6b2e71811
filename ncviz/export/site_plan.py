"""A site of several runs that is asked for: a plain value, and the choices it is made of."""

from dataclasses import dataclass, replace
from pathlib import Path

from ncviz.export.page_plan import PagePlan, read_bytes, written_bytes
from ncviz.language import tr
from ncviz.parameters import command, declared, facet, parameter
from ncviz.scenes.palette import THEMES
from ncviz.wording import upper_first

_SIZE = declared(PagePlan)["most_bytes"].parameter


@dataclass(frozen=True)
class SitePlan:
    """A folder of pages, one for each run, and their index.

    Parameters
    ----------
    out : Path
        The folder that is made.
    folder : Path or None
        In and below which the runs lie; None of the gallery, whose runs ship with ncviz.
    most_bytes : int
        Each page is no larger.
    chosen_only : bool
        Pages without all classes of their run at once beside the chosen ones.
    theme : str
        In which pages open; the index is as the browser likes it.
    title : str
        Above the index; empty for that of the sweep, if the folder is one's, or its name.
    """

    out: Path = parameter(
        Path(),
        asked=tr("a folder"),
        help=tr("a new folder, or one that holds an earlier site"),
        option="--out",
        metavar="DIR",
        in_form=False,
    )
    folder: Path | None = parameter(
        None,
        help=tr("folder in and below which the runs lie; default: the gallery that ships"),
        option="FOLDER",
        in_form=False,
    )
    most_bytes: int = parameter(
        PagePlan.most_bytes,
        low=_SIZE.low,
        high=_SIZE.high,
        sentence=_SIZE.sentence,
        option="-",
        in_form=False,
    )
    chosen_only: bool = parameter(
        False,
        tr("Pages without all classes of a run at once beside the chosen ones."),
        help=tr("leave out the view of all classes at once; smaller files"),
    )
    theme: str = parameter(
        "light",
        tr("In which the pages open; the index is as the browser likes it."),
        choices=lambda: {name: upper_first(name) for name in THEMES},
        sentence=tr("There is no theme {value}: choose {choices}."),
    )
    title: str = parameter(
        "",
        tr("Above the index."),
        empty=tr("the sweep's or the folder's name"),
        help=tr("above the index; default: the sweep's title, or the folder's name"),
    )

    size = facet(
        str,
        lambda plan: written_bytes(plan.most_bytes),
        lambda plan, text: replace(plan, most_bytes=read_bytes(text)),
        tr("Moments and samples are left out until each page fits, and the page says so."),
        of="most_bytes",
        help=tr(
            "of each page at most; default 4MB. Moments and samples are left out until it fits"
        ),
        metavar="10MB",
    )

    def command(self) -> str:
        """Return the command that makes the same site."""
        return command(self, "export site")
