"""Stepping from one thing of a scene to the next, as keys point where the mouse would."""

from dataclasses import dataclass

import numpy as np

from ncviz.concept import CLASSIFIER, MEANS, SAMPLES
from ncviz.explorer.emphasis import owners_of_balls
from ncviz.runs.run import Run
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View


@dataclass(frozen=True)
class Pointable:
    """A class mean, a classifier row or a sample that can be pointed at.

    Parameters
    ----------
    kind : str
        'means', 'classifier' or 'samples'.
    label : int
        The class.
    row : int
        Of the probe, for a sample; −1 else.
    """

    kind: str
    label: int
    row: int = -1


def spots_of(scene: Scene, run: Run, view: View) -> tuple[Pointable, ...]:
    """Return what a scene shows, class by class: its mean, its classifier row, its samples.

    Parameters
    ----------
    scene : Scene
        Composed of this run in this view.
    run : Run
    view : View
    """
    shown = view.drawn_classes(run.manifest)
    place = {label: number for number, label in enumerate(shown)}
    owners = owners_of_balls(scene, view, run)
    balls = [Pointable(*owner) for owner in owners if owner is not None]
    rows = np.sort(scene.sample_ids)
    labels = run.drawn_of(view.split).drawn_labels[rows]
    samples = [
        Pointable(SAMPLES, label, row)
        for label, row in zip(labels.tolist(), rows.tolist(), strict=True)
    ]
    order = (MEANS, CLASSIFIER, SAMPLES)
    # Samples of other classes than the network's come last, class by class.
    known = [spot for spot in (*balls, *samples) if spot.label in place or spot.kind == SAMPLES]
    # A sort that is stable keeps samples in the order of their rows.
    places = {label: place.get(label, len(place) + label) for label in {s.label for s in known}}
    return tuple(sorted(known, key=lambda spot: (places[spot.label], order.index(spot.kind))))


def stepped(
    spots: tuple[Pointable, ...], at: Pointable | None, step: int, *, by_class: bool = False
) -> Pointable | None:
    """Return the next spot, or the first one of the next class; after the last comes the first.

    Parameters
    ----------
    spots : tuple of Pointable
        In the order of `spots_of`.
    at : Pointable or None
        Where one is; the first spot follows None and what is not drawn any more.
    step : int
        1 goes on, −1 goes back.
    by_class : bool

    Returns
    -------
    Pointable or None
        None where there is nothing to point at.
    """
    if not spots:
        return None
    stops = [s for n, s in enumerate(spots) if not n or s.label != spots[n - 1].label]
    if at not in spots:
        at = next((stop for stop in stops if at is not None and stop.label == at.label), None)
        if at is None:
            return spots[0] if step > 0 else (stops if by_class else spots)[-1]
        if not by_class:
            return at
    if not by_class:
        return spots[(spots.index(at) + step) % len(spots)]
    here = next(number for number, stop in enumerate(stops) if stop.label == at.label)
    return stops[(here + step) % len(stops)]


def number_in_scene(spot: Pointable, scene: Scene, run: Run, view: View) -> int | None:
    """Return a spot's number among the samples or the balls of a scene; None if it is not drawn.

    Parameters
    ----------
    spot : Pointable
    scene, run, view
        As of `spots_of`.
    """
    if spot.kind == SAMPLES:
        found = np.flatnonzero(scene.sample_ids == spot.row)
        return int(found[0]) if len(found) else None
    owners = owners_of_balls(scene, view, run)
    owner = (spot.kind, spot.label)
    return owners.index(owner) if owner in owners else None
