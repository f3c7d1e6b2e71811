"""The second run of a page: seen beside the first as the Compare room has it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.matrix import COSINE_MATRIX
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers, numbers_in
from ncviz.explorer.comparison import Comparison
from ncviz.explorer.explorer import Explorer
from ncviz.export.beside import Beside
from ncviz.export.web.cards import cards_of
from ncviz.export.web.charts import matrix_of, numbers_at
from ncviz.export.web.other_run import OtherRun
from ncviz.export.web.packing import Packing
from ncviz.export.web.payload import Side
from ncviz.export.web.scenes import look_of, outermost_of
from ncviz.export.web.thinning_rule import first_of_each, spread_moments
from ncviz.runs.directions import default_classes
from ncviz.runs.layer_names import shortened_layer
from ncviz.runs.run import Run
from ncviz.scenes.beside import matching_layer, view_beside
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.panel_titles import own_titles, panel_titles
from ncviz.scenes.placements import samples_of
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

Ints = NDArray[np.int64]
MOST_IN_CURVES = 240  # moments of the second run in a plot over time


@dataclass(frozen=True, eq=False)
class OtherSide:
    """What of the second run a page holds.

    Parameters
    ----------
    run : Run
    asked : Beside
    views : tuple of View
        Beside each of the first run's.
    moments : tuple of float
        Where it stands at each moment of the page, perhaps between two that were recorded.
    layers : tuple of int
        Of its own, one for each of the page's.
    rows : array of int
        Of its probe's samples.
    samples : int
        That there would be.
    same_classes : bool
        As the first run has.
    """

    run: Run
    asked: Beside
    views: tuple[View, ...]
    moments: tuple[float, ...]
    layers: tuple[int, ...]
    rows: Ints
    samples: int
    same_classes: bool

    @property
    def epochs(self) -> tuple[int, ...]:
        """Return the recorded moments whose numbers are shown."""
        return tuple(nearest_recorded(self.run.epochs, moment) for moment in self.moments)

    def seen_by_camera(self, look: int) -> tuple[tuple[Scene, ...], ...]:
        """Return of each layer what a camera must see that shows both runs."""
        if not self.asked.camera_linked:
            return ((),) * len(self.layers)
        return outermost_of(self.run, self.views[look], self.layers)


def classes_of_both(run: Run, view: View, other: Run) -> tuple[int, ...]:
    """Return the classes to begin with: unless some are chosen, those that tell the runs apart."""
    if view.classes or run.manifest.class_names != other.manifest.class_names:
        return view.classes
    return default_classes(run) or default_classes(other)


def other_side(
    run: Run,
    views: Sequence[View],
    epochs: Sequence[int],
    layers: Sequence[int],
    other: Run,
    asked: Beside,
    share: float,
) -> OtherSide:
    """Return what a page holds of the second run.

    Parameters
    ----------
    run : Run
        The first.
    views : sequence of View
        Of the first run.
    epochs, layers : sequence of int
        Of the page.
    other : Run
    asked : Beside
    share : float
        Of the drawn samples of each class, 0…1.
    """
    beside = [view_beside(run, view, other, asked.view, linked=asked.linked) for view in views]

    def at(epoch: int) -> float:
        seen = view_beside(run, views[0].at(epoch), other, asked.view, linked=asked.linked)
        whole = nearest_recorded(other.epochs, seen.epoch)
        return float(whole) if views[0].recorded_only else seen.epoch

    drawn, wide = other.drawn_of(asked.view.split), beside[-1]
    rows = samples_of(drawn, wide.shown_classes(other.manifest.classes))
    if not wide.show_samples:
        rows = rows[:0]
    return OtherSide(
        other,
        asked,
        tuple(beside),
        tuple(map(at, epochs)),
        tuple(matching_layer(run, layer, other) for layer in layers),
        rows[first_of_each(drawn.drawn_labels[rows], share)],
        len(rows),
        run.manifest.class_names == other.manifest.class_names,
    )


def side_of(
    first: Run,
    other: OtherSide,
    names: Sequence[str],
    seen: Sequence[Sequence[Sequence[Scene]]],
    picture: str,
    packing: Packing,
    advance: Callable[[int, int], object],
) -> Side:
    """Return the second run's side of a page.

    Parameters
    ----------
    first : Run
    other : OtherSide
    names : sequence of str
        Of the looks.
    seen : sequence
        Of each look and layer what a camera must see of the first run.
    picture : str
        The scene as SVG.
    packing : Packing
    advance : callable
        Told of the look and of how many of its moments are done.
    """
    run, looks = other.run, []
    for number, view in enumerate(other.views):
        told = _told(advance, number)
        also = seen[number] if other.asked.camera_linked else ()
        own = view
        if not other.asked.camera_linked:
            own = replace(view, camera=other.asked.view.camera)
        look = look_of(run, own, other.moments, other.layers, other.rows, names[number], told, also)
        looks.append(replace(look, captions=((),) * len(other.moments)))
    split = run.measured_on(other.views[0].split)
    numbers = numbers_at(run, sorted(set(other.epochs)), split.name)
    moment = Moment(run, other.epochs[0], replace(other.views[0], hidden=()))
    return Side(
        times=tuple(map(run.counting.named, other.epochs)),
        layers=tuple(shortened_layer(run.manifest.layers[k].name) for k in other.layers),
        looks=tuple(looks),
        title=panel_titles(first, run)[1],
        name=own_titles(first, run)[1],
        cards=cards_of(run, other.views[0].split, other.epochs, other.rows)
        if len(other.rows)
        else None,
        matrix=matrix_of(COSINE_MATRIX, numbers, moment, other.epochs, other.layers, packing),
        picture=picture,
    )


def _told(advance: Callable[[int, int], object], look: int) -> Callable[[int], object]:
    return lambda done: advance(look, done)


def other_run(first: Run, other: OtherSide) -> OtherRun:
    """Return what is laid over the plots of the first run."""
    run, view = other.run, other.views[0]
    split = run.measured_on(view.split).name
    over_time: Numbers = numbers_in(run, view)
    if len(run.epochs) > MOST_IN_CURVES:
        kept = spread_moments(run.epochs, MOST_IN_CURVES, run.epochs[-1])
        over_time = numbers_at(run, kept, split)
    moment = Moment(run, other.epochs[0], replace(view, hidden=()))
    return OtherRun(first, over_time, moment, other.epochs, own_titles(first, run))


def captions_of_both(
    run: Run,
    views: Sequence[View],
    epochs: Sequence[int],
    layers: Sequence[int],
    other: OtherSide,
    advance: Callable[[int, int], object],
) -> tuple[list[tuple[tuple[str, ...], ...]], str]:
    """Return what the Compare room says of each look, moment and layer, and what must be known.

    Parameters
    ----------
    run : Run
    views : sequence of View
        Of the looks.
    epochs, layers : sequence of int
        Of the page.
    other : OtherSide
    advance : callable
        Told of the look and of how many of its moments are done.
    """
    comparison = Comparison(Explorer())
    comparison.first.open(run.path)
    comparison.open_second(other.run.path)
    comparison.second.set_view(replace(other.asked.view, hovered=None))
    comparison.link(other.asked.linked)
    said = []
    for number, view in enumerate(views):
        rows = []
        for done, epoch in enumerate(epochs, 1):
            row = []
            for layer in layers:
                comparison.first.set_view(replace(view, layer=layer).at(epoch))
                row.append(comparison.caption())
            rows.append(tuple(row))
            advance(number, done)
        said.append(tuple(rows))
    return said, comparison.note()
