"""What a page shows, as plain values: made from a run, a model or a lesson, drawn by one frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Colors = NDArray[np.uint8]
Both = Mapping[str, Any]  # by the name of the theme: 'light', 'dark'


@dataclass(frozen=True, eq=False)
class SceneParts:
    """What scenes have in common that differ only in where things are.

    Lines are sticks, edges, links, ground and trails of a `Scene`, in this order.

    Parameters
    ----------
    sample_radii : array, shape (n,)
    sample_colors, sample_outlines : mapping to array of uint8, shape (n, 4)
        By theme; `sample_outlines` is empty where there are none.
    sample_shapes : array, shape (n,), or None
    sample_owners : array of int, shape (n,)
        Whose each is, by its number among the drawn classes; −1 of nobody.
    sample_ids : array of int, shape (n,)
        Rows of the probe.
    ball_radii : array, shape (b,)
    ball_colors, ball_cores : mapping to array of uint8, shape (b, 4)
    ball_owners : array of int, shape (b,)
    ball_roles : tuple of str
        'etf', 'means' or 'classifier'.
    line_radii : array, shape (m,)
    line_colors : mapping to array of uint8, shape (m, 4)
        How opaque each line is belongs to a state.
    line_lit : array of bool, shape (m,)
    line_owners : array of int, shape (m,)
    labels : tuple of str
    label_owners : array of int, shape (l,)
    fog : float
    """

    sample_radii: NDArray[Any]
    sample_colors: Both
    sample_outlines: Both
    sample_shapes: NDArray[Any] | None
    sample_owners: NDArray[Any]
    sample_ids: NDArray[Any]
    ball_radii: NDArray[Any]
    ball_colors: Both
    ball_cores: Both
    ball_owners: NDArray[Any]
    ball_roles: tuple[str, ...]
    line_radii: NDArray[Any]
    line_colors: Both
    line_lit: NDArray[Any]
    line_owners: NDArray[Any]
    labels: tuple[str, ...]
    label_owners: NDArray[Any]
    fog: float

    @property
    def key(self) -> bytes:
        """Return what is the same for scenes whose parts are the same."""
        parts: list[bytes] = [repr((self.labels, self.ball_roles, self.fog)).encode()]
        for value in vars(self).values():
            arrays = value.values() if isinstance(value, Mapping) else (value,)
            parts += [a.tobytes() for a in arrays if isinstance(a, np.ndarray)]
        return b"|".join(parts)


@dataclass(frozen=True, eq=False)
class SceneState:
    """Where everything of some parts is at one moment.

    Parameters
    ----------
    parts : int
        Number of the `SceneParts`.
    points : array, shape (n + b + 2m + l, 3)
        Samples, balls, starts and ends of lines, labels.
    alphas : array of uint8, shape (m,)
        Of lines.
    note : str
        What must be said beside the picture.
    """

    parts: int
    points: NDArray[np.float64]
    alphas: NDArray[np.uint8]
    note: str = ""


@dataclass(frozen=True)
class LegendLine:
    """A colour and what it means.

    Parameters
    ----------
    text : str
    colors : mapping of str to str
        Hex, by theme.
    owner : int or None
        The class that a click hides and shows; None of a role.
    shape : int
    """

    text: str
    colors: Both
    owner: int | None = None
    shape: int = 0


@dataclass(frozen=True, eq=False)
class SceneLook:
    """One choice of what is seen of it all, such as some of the classes.

    Parameters
    ----------
    name : str
    parts : tuple of SceneParts
    states : tuple of tuples of SceneState
        By moment and layer.
    legend : tuple of LegendLine
    captions : tuple of tuples of str
        By moment and layer: what is to be seen.
    cameras : tuple of tuples of (float, mapping)
        Of each layer the cameras from which all is seen at all moments, by the width over the
        height of the picture.
    hidden : tuple of int
        Owners that are hidden at first.
    """

    name: str
    parts: tuple[SceneParts, ...]
    states: tuple[tuple[SceneState, ...], ...]
    legend: tuple[LegendLine, ...]
    captions: tuple[tuple[str, ...], ...]
    cameras: tuple[tuple[tuple[float, Mapping[str, Any]], ...], ...]
    hidden: tuple[int, ...] = ()


@dataclass(frozen=True)
class Times:
    """What the timeline goes over: the moments of a run, the values of a slider.

    Parameters
    ----------
    names : tuple of str
        Of each moment: 'epoch 3'.
    digits : tuple of str
        The same on an axis: '3'.
    places : tuple of float
        Where each stands, from 0 to 1.
    label : str
        What they are: 'epoch'.
    start : int
        The moment to begin with.
    between : bool
        Whether there is a picture between two of them.
    unit : str
        What a run counts; '' of a model.
    values : tuple of float
        What each is in that unit.
    """

    names: tuple[str, ...]
    digits: tuple[str, ...]
    places: tuple[float, ...]
    label: str
    start: int
    between: bool = True
    unit: str = ""
    values: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class SampleCards:
    """What is said of a sample under the pointer.

    Parameters
    ----------
    titles : tuple of str
        Of each owner.
    samples : mapping of int to str
        By row of the probe: which sample it is, and what else is known of it.
    predicted : array of int, shape (moments, number of samples), or None
        What is said of the prediction, by number in `sentences`; in the order of `samples`.
    sentences : tuple of str
    images : bytes
        All images as one PNG, in rows of `columns`; empty where there are none.
    columns : int
    image_size : tuple of 2 int
        Width and height of one.
    texts : tuple of str
        What the network read, in the order of `samples`; empty where that is no text.
    """

    titles: Mapping[int, str]
    samples: Mapping[int, str]
    predicted: NDArray[Any] | None
    sentences: tuple[str, ...]
    images: bytes = b""
    columns: int = 1
    image_size: tuple[int, int] = (0, 0)
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Side:
    """One picture of a page: its only one, or that of one of two runs side by side.

    Parameters
    ----------
    times : tuple of str
        What is seen of it at each moment of the page: 'epoch 3'.
    layers : tuple of str
        Which of its layers is seen at each layer of the page.
    looks : tuple of SceneLook
        As many on each side.
    title : str
        Above the picture; '' where there is but one.
    name : str
        What tells it from the other, in few words.
    cards : SampleCards or None
    matrix : mapping, optional
        As `web/charts.py` makes it.
    picture : str
        The scene as SVG, or as the address of an image, for who has no WebGL.
    """

    times: tuple[str, ...]
    layers: tuple[str, ...]
    looks: tuple[SceneLook, ...]
    title: str = ""
    name: str = ""
    cards: SampleCards | None = None
    matrix: Mapping[str, Any] | None = None
    picture: str = ""


@dataclass(frozen=True, eq=False)
class WebPage:
    """All that one page shows.

    Parameters
    ----------
    title : str
    subtitle : str
        A line below it.
    summary : tuple of str
        Sentences that tell what the page shows to who does not see it.
    notes : tuple of str
        Such as what was left out.
    times : Times
    layers : tuple of str
        Names of the pictures side by side in time; one name where there is but one.
    layer : int
        The one to begin with.
    sides : tuple of Side
        One, or two that stand side by side.
    charts : tuple of mapping
        As `web/charts.py` makes them.
    theme : str
        'light' or 'dark'.
    linked : bool
        Whether all sides are seen from one place.
    one_legend : bool
        Whether the classes of all sides are the same.
    said : mapping
        What made it.
    command : str
        The command that makes the same file.
    facts : tuple of (str, str)
        Of its making, in words.
    """

    title: str
    subtitle: str
    summary: tuple[str, ...]
    notes: tuple[str, ...]
    times: Times
    layers: tuple[str, ...]
    layer: int
    sides: tuple[Side, ...]
    charts: tuple[Mapping[str, Any], ...] = ()
    theme: str = "light"
    linked: bool = True
    one_legend: bool = True
    said: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""
    facts: tuple[tuple[str, str], ...] = ()
