"""Who is seen in a picture: classes, sets of labels among them, and samples in their hues."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ncviz.scenes.layout import Ints
from ncviz.scenes.palette import DEFAULT_PALETTE, THEMES, Theme, class_color, readable, rgb
from ncviz.scenes.scene import SHAPES, Balls
from ncviz.scenes.view import View

Singles = NDArray[np.float32]
Sets = Mapping[int, tuple[int, ...]]
NO_SETS: Sets = MappingProxyType({})

SAMPLE_RADIUS = 0.026  # of a few hundred samples; many are drawn smaller
FEW_SAMPLES = 400


@dataclass(frozen=True, eq=False)
class Cast:
    """Who is seen: the classes of a picture and the samples of those that are not hidden.

    Parameters
    ----------
    classes : tuple of int
        The number of each mean: of the classes, then of the sets of labels among them.
    names : tuple of str
        One for each of `classes`.
    visible : array of bool, shape (K′,)
        False for classes that are hidden.
    rows : array of int, shape (n,)
        Of the samples that are drawn, among all samples of the classes.
    sample_ids : array of int, shape (n,)
        The same samples among all of the run's probe.
    samples : Balls
        Their radii, colours and shapes; the positions are not theirs.
    sets : tuple of tuples of int
        Of each set of labels which classes it is made of, by their numbers.
    """

    classes: tuple[int, ...]
    names: tuple[str, ...]
    visible: NDArray[np.bool_]
    rows: Ints
    sample_ids: Ints
    samples: Balls
    sets: tuple[tuple[int, ...], ...] = ()

    @property
    def corners(self) -> tuple[int, ...]:
        """Return the classes alone, without sets of labels: each has a vertex."""
        return self.classes[: len(self.classes) - len(self.sets)]

    @property
    def labels(self) -> tuple[tuple[int, ...], ...]:
        """Return of each mean which classes it is of: several for a set of labels."""
        return (*((k,) for k in self.corners), *self.sets)

    @property
    def places(self) -> tuple[tuple[int, ...], ...]:
        """Return of each set of labels the places of its classes."""
        place = {k: number for number, k in enumerate(self.corners)}
        return tuple(tuple(place[k] for k in labels) for labels in self.sets)

    @property
    def sample_radius(self) -> float:
        """Return how large one sample is drawn; 0 if there is none."""
        return float(self.samples.radii[0]) if len(self.samples.radii) else 0.0


def make_cast(
    classes: tuple[int, ...],
    names: tuple[str, ...],
    view: View,
    labels: Ints,
    sample_ids: Ints,
    sets: tuple[tuple[int, ...], ...] = (),
) -> Cast:
    """Say who is seen.

    Parameters
    ----------
    classes, names : tuple
        The chosen ones.
    view : View
        Its hidden classes, palette and shapes.
    labels, sample_ids : array of int, shape (n,)
        Class and number of each sample of the chosen classes.
    sets : tuple of tuples of int
        What the last ones of the classes are made of, where they are sets of labels.
    """
    visible = ~np.isin(classes, view.hidden)
    rows = np.flatnonzero(~np.isin(labels, view.hidden))
    # Hiding a class must not make the others swell: all samples decide.
    radius = sample_radius(len(labels))
    shown = labels[rows]
    shapes = (shown % len(SHAPES)).astype(np.float32) if view.shapes else None
    radii = np.full(len(rows), radius, dtype=np.float32)
    theme = THEMES[view.theme]
    made_of = dict(zip(classes[len(classes) - len(sets) :], sets, strict=True))
    colors = sample_colors(shown, theme, view.palette, made_of)
    outlines = sample_outlines(shown, theme, view.palette, made_of)
    # Many scenes share these arrays, so that they are uploaded once.
    for array in (radii, colors, shapes, outlines):
        if array is not None:
            array.setflags(write=False)
    nowhere = np.zeros((0, 3), dtype=np.float32)
    balls = Balls(nowhere, radii, colors, shapes, outlines=outlines)
    return Cast(classes, names, visible, rows, sample_ids[rows], balls, sets)


def sample_radius(count: int) -> float:
    """Return how large samples are drawn where there are so many."""
    return float(SAMPLE_RADIUS * min(1.0, (FEW_SAMPLES / max(count, 1)) ** (1 / 3)))


def sample_colors(
    labels: Ints, theme: Theme, palette: str = DEFAULT_PALETTE, sets: Sets = NO_SETS
) -> Singles:
    """Return the hue of each sample's class, shape (n, 4); `sets` as of `sample_outlines`."""
    numbers = range(int(labels.max(initial=0)) + 1)
    hues = np.array([(*rgb(class_color(sets.get(k, k), theme, palette)), 1.0) for k in numbers])
    return np.asarray(hues[labels], dtype=np.float32)


def sample_outlines(
    labels: Ints, theme: Theme, palette: str, sets: Sets = NO_SETS
) -> Singles | None:
    """Return a line around each sample whose hue is nearly as light or dark as the ground.

    Parameters
    ----------
    labels : array of int, shape (n,)
    theme : Theme
    palette : str
    sets : mapping of int to tuple of int, optional
        Numbers that stand for several classes.

    Returns
    -------
    array, shape (n, 4), or None
        None where no hue needs one.
    """
    if not len(labels):
        return None
    numbers = range(int(labels.max()) + 1)
    hues = [class_color(sets.get(k, k), theme, palette) for k in numbers]
    edges = [readable(hue, theme.background) for hue in hues]
    lines = np.array([(*rgb(e), float(e != hue)) for e, hue in zip(edges, hues, strict=True)])
    found = np.asarray(lines[labels], dtype=np.float32)
    return found if found[:, 3].any() else None
