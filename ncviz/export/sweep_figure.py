"""The sweep that a figure is of, and what is shown of it: a plain value."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import parameter
from ncviz.sweeps.multiples import check_plot
from ncviz.sweeps.numbers import run_numbers
from ncviz.sweeps.sweep import Sweep
from ncviz.sweeps.sweep_file import read_sweep
from ncviz.sweeps.sweep_map import usual_axes

MAP, MULTIPLES = "map", "multiples"
SMALL_WIDE, SMALL_HIGH = 15.0, 11.0  # of a small plot, in sizes of the type


@dataclass(frozen=True)
class SweepFigure:
    """What a figure shows of a sweep: a map, or a small plot of each cell."""

    sweep: Path | None = parameter(
        None, help=tr("a sweep's folder, in the place of a run"), option="--sweep", in_form=False
    )
    number: str = parameter(
        "separation_fuzziness",
        help=tr("of the map of a sweep: nc1, rho, error, R₀, …"),
        metavar="NAME",
        in_form=False,
    )
    across: str = parameter("", help=tr("parameter along the map"), metavar="NAME", in_form=False)
    up: str = parameter("", help=tr("parameter up the map"), metavar="NAME", in_form=False)
    small: str = parameter(
        "",
        help=tr("in the place of the map this plot of each cell, such as law"),
        option="--each",
        metavar="PLOT",
        in_form=False,
    )
    split: str = parameter(
        "train", help=tr("whose numbers"), option="--of-split", metavar="NAME", in_form=False
    )

    @property
    def preset(self) -> str:
        """Return the kind of its figure."""
        return MULTIPLES if self.small else MAP

    def read(self) -> Sweep:
        """Return the sweep.

        Raises
        ------
        UserError
            If there is none, or it has nothing of what is asked for.
        """
        if self.sweep is None:
            raise UserError(tr("Name the folder of a sweep: --sweep FOLDER."))
        sweep = read_sweep(self.sweep)
        if self.small:
            check_plot(sweep, self.small)
        elif not sweep.model and self.number not in run_numbers():
            known = ", ".join(run_numbers())
            raise UserError(
                tr(
                    "A sweep has no number {number!r}: choose one of {known}.",
                    number=self.number,
                    known=known,
                )
            )
        for name in filter(None, (self.across, self.up)):
            if name not in sweep.varied:
                known = ", ".join(sweep.varied)
                raise UserError(
                    tr(
                        "The sweep does not vary {name!r}: choose among {known}.",
                        name=name,
                        known=known,
                    )
                )
        return sweep

    def axes_of(self, sweep: Sweep) -> tuple[str, str]:
        """Return the parameters of its map: those that are named, and else the usual ones."""
        usual = [name for name in usual_axes(sweep) if name not in (self.across, self.up)]
        across = self.across or next(iter(usual), "")
        left = [name for name in usual if name != across]
        return across, self.up or next(iter(left), "")

    def said(self) -> dict[str, Any]:
        """Return what a file says of it."""
        shown = {"each": self.small} if self.small else {"number": self.number}
        return {"name": self.read().name, **shown, "split": self.split}
