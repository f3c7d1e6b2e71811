"""What of a run a page holds: moments, layers, classes and samples, thinned until they fit."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ncviz.export.figures import check_view
from ncviz.export.page_plan import PagePlan
from ncviz.export.web.of_comparison import OtherSide, classes_of_both, other_side
from ncviz.export.web.thinning_rule import Thinning, first_of_each, spread_moments
from ncviz.language import tr
from ncviz.runs.repeats import open_run
from ncviz.runs.run import Run
from ncviz.scenes.compose import layers_beside, with_classes
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.placements import samples_of
from ncviz.scenes.view import View
from ncviz.wording import bytes_in_words, upper_first

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class OnPage:
    """What of a run a page holds.

    Parameters
    ----------
    run : Run
    view : View
    views : tuple of (str, View)
        With the chosen classes, and with all of them.
    epochs, layers : tuple of int
    rows : array of int
        Of the probe's samples.
    samples : int
        That there would be.
    beside : OtherSide, optional
        Another run on the right.
    """

    run: Run
    view: View
    views: tuple[tuple[str, View], ...]
    epochs: tuple[int, ...]
    layers: tuple[int, ...]
    rows: Ints
    samples: int
    beside: OtherSide | None = None

    @property
    def placed(self) -> int:
        """Return how many samples have a place at each moment, on both sides."""
        return len(self.rows) + (0 if self.beside is None else len(self.beside.rows))

    @property
    def placeable(self) -> int:
        """Return how many there would be."""
        return self.samples + (0 if self.beside is None else self.beside.samples)

    def rule(self, most_bytes: int) -> str:
        """Say what was left out, and by which rule; '' where nothing was."""
        parts = []
        if len(self.epochs) < len(self.run.epochs):
            units = self.run.counting.units
            parts.append(
                tr(
                    "{count:,} of {count_2:,} recorded {units}, equally far "
                    "apart as recorded; between them places are interpolated",
                    count=len(self.epochs),
                    count_2=len(self.run.epochs),
                    units=units,
                )
            )
        if self.placed < self.placeable:
            parts.append(
                tr(
                    "{count:,} of {samples:,} drawn samples, the same share of each class",
                    count=self.placed,
                    samples=self.placeable,
                )
            )
        size = bytes_in_words(most_bytes)
        return (
            tr("To fit into {size} this page holds {parts}.", size=size, parts="; and ".join(parts))
            if parts
            else ""
        )


def said_of_start(run: Run, epoch: float) -> str:
    """Say that a page begins with another moment than was asked for; '' where it does not."""
    nearest = nearest_recorded(run.epochs, epoch)
    if nearest == epoch:
        return ""
    return tr(
        "{asked} was not recorded: the page begins with {nearest}, the nearest.",
        asked=upper_first(run.counting.named(epoch)),
        nearest=run.counting.named(nearest),
    )


def views_of(run: Run, view: View, *, chosen_only: bool) -> tuple[tuple[str, View], ...]:
    """Return the choices of classes that a page has, with their names."""
    view, count = with_classes(view, run), run.manifest.classes
    shown = view.shown_classes(count)
    own = tr("{count:,} classes", count=len(shown))
    if len(shown) == count or chosen_only:
        return ((own, view),)
    whole = replace(view, classes=tuple(range(count)))
    drawn = len(whole.shown_classes(count))  # of very many every n-th
    everybody = (
        tr("all {count:,} classes", count=count)
        if drawn == count
        else tr("{shown:,} of {asked:,} classes", shown=drawn, asked=count)
    )
    return (own, view), (everybody, whole)


def chosen_of(plan: PagePlan, run: Run, thinning: Thinning | None = None) -> OnPage:
    """Return what a page holds of a run.

    Parameters
    ----------
    plan : PagePlan
    run : Run
    thinning : Thinning, optional
        By default nothing is left out.

    Raises
    ------
    UserError
        If the view does not fit the run.
    """
    check_view(run, plan.view)
    view, other = plan.view, None if plan.beside is None else open_run(plan.beside.run)
    if other is not None:
        view = replace(view, classes=classes_of_both(run, view, other))
    views = views_of(run, view, chosen_only=plan.chosen_only)
    start = nearest_recorded(run.epochs, plan.view.epoch)
    drawn = run.drawn_of(plan.view.split)
    wide = views[-1][1]
    rows = samples_of(drawn, wide.shown_classes(run.manifest.classes))
    if not wide.show_samples:
        rows = rows[:0]
    layers = layers_beside(len(run.manifest.layers), plan.view.layer)
    epochs, kept = run.epochs, rows
    if thinning is not None:
        epochs = spread_moments(run.epochs, thinning.moments, start)
        kept = rows[first_of_each(drawn.drawn_labels[rows], thinning.share)]
    beside = None
    if other is not None and plan.beside is not None:
        share = 1.0 if thinning is None else thinning.share
        seen = tuple(one for _, one in views)
        beside = other_side(run, seen, epochs, layers, other, plan.beside, share)
    return OnPage(run, view, views, epochs, layers, kept, len(rows), beside)
