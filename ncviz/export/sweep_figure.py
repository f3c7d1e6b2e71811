"""The sweep that a figure is of, and what is shown of it: a plain value."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.export.presets.preset import Preset
from ncviz.language import tr
from ncviz.parameters import parameter
from ncviz.sweeps.multiples import check_plot
from ncviz.sweeps.numbers import run_numbers
from ncviz.sweeps.sweep import Sweep
from ncviz.sweeps.sweep_file import read_sweep
from ncviz.sweeps.sweep_map import usual_axes

MAP, MULTIPLES = "map", "multiples"
SMALL_WIDE, SMALL_HIGH = 15.0, 11.0  # of a small plot, in sizes of the type
ROW, EDGE = 1.7, 9.0  # of a map: a row of cells, and all around them


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


def _draw_map(sheet: Any, top: float) -> None:
    from ncviz.export.sweep_pages import draw_sweep_map  # which loads matplotlib

    draw_sweep_map(sheet, top)


def _draw_multiples(sheet: Any, top: float) -> None:
    from ncviz.export.sweep_pages import draw_multiples

    draw_multiples(sheet, top)


def _map_height(_run: Any, plan: Any, _wide: float, unit: float) -> float:
    from ncviz.sweeps.sweep_map import values_of_parameter

    sweep = plan.sweep.read()
    rows = len(values_of_parameter(sweep, plan.sweep.axes_of(sweep)[1])) or 1
    return min((EDGE + 1.4 * ROW * rows) * unit, 240.0)


def _multiples_height(_run: Any, plan: Any, wide: float, unit: float) -> float:
    from ncviz.sweeps.multiples import MOST

    count = min(len(plan.sweep.read().cells), MOST)
    columns = max(1, int(wide / (SMALL_WIDE * unit)))
    return min((3.0 + SMALL_HIGH * -(-count // columns)) * unit, 1000.0)


SWEEP_PRESETS: Mapping[str, Preset] = {
    MAP: Preset(MAP, tr("Map"), tr("a number over two parameters"), _draw_map, height=_map_height),
    MULTIPLES: Preset(
        MULTIPLES,
        tr("A plot of each cell"),
        tr("the same plot of each cell"),
        _draw_multiples,
        whole_page=True,
        height=_multiples_height,
    ),
}
