"""The plain description of a picture that screen, export and tests all draw."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr

Floats = NDArray[np.float32]

SMALLER = 0.88  # squares, rather than a grid with empty places
# Of a ball's radius: a hair of background around its core, whose hue may be the ball's own.
CORE_EDGE = 0.09
# Outlines that are told apart without colour.
SHAPES = ("sphere", "cube", "pyramid", "diamond", "cross", "hexagon", "star")


def _empty(*shape: int) -> Floats:
    return np.zeros(shape, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Balls:
    """Lit spheres.

    Parameters
    ----------
    positions : array, shape (n, 3)
        Centres, in scene units (a vertex of the simplex ETF lies at distance 1).
    radii : array, shape (n,)
        In scene units.
    colors : array, shape (n, 4)
        Red, green, blue, alpha in 0…1, not premultiplied.
    shapes : array of float32, shape (n,), or None
        Index into `SHAPES`, the second channel beside the hue; None draws
        spheres only.
    cores : array, shape (n, 4), or None
        Red, green, blue of a disc in the middle of each sphere, wherever it is
        seen from, and its radius as a share of the sphere's; None draws none.
    outlines : array, shape (n, 4), or None
        Red, green, blue of a line around each sphere, and how opaque it is;
        None draws none.
    """

    positions: Floats = field(default_factory=lambda: _empty(0, 3))
    radii: Floats = field(default_factory=lambda: _empty(0))
    colors: Floats = field(default_factory=lambda: _empty(0, 4))
    shapes: Floats | None = None
    cores: Floats | None = None
    outlines: Floats | None = None

    def __len__(self) -> int:
        return len(self.positions)


def join_balls(parts: Sequence[Balls]) -> Balls:
    """Return one set of spheres out of several."""
    if not parts:
        return Balls()
    shapes = cores = outlines = None
    if any(part.shapes is not None for part in parts):
        shapes = np.concatenate(
            [_empty(len(part)) if part.shapes is None else part.shapes for part in parts]
        )
    if any(part.cores is not None for part in parts):
        cores = np.concatenate(
            [_empty(len(part), 4) if part.cores is None else part.cores for part in parts]
        )
    if any(part.outlines is not None for part in parts):
        outlines = np.concatenate(
            [_empty(len(part), 4) if part.outlines is None else part.outlines for part in parts]
        )
    return Balls(
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.radii for part in parts]),
        np.concatenate([part.colors for part in parts]),
        shapes,
        cores,
        outlines,
    )


@dataclass(frozen=True, eq=False)
class Sticks:
    """Straight sticks with round shading, or flat lines where `lit` is false.

    Parameters
    ----------
    starts, ends : array, shape (n, 3)
        End points, in scene units.
    radii : array, shape (n,)
        Half the width, in scene units.
    colors : array, shape (n, 4)
        Red, green, blue, alpha in 0…1, not premultiplied.
    lit : bool
        Shade as a cylinder; else one flat colour.
    """

    starts: Floats = field(default_factory=lambda: _empty(0, 3))
    ends: Floats = field(default_factory=lambda: _empty(0, 3))
    radii: Floats = field(default_factory=lambda: _empty(0))
    colors: Floats = field(default_factory=lambda: _empty(0, 4))
    lit: bool = True

    def __len__(self) -> int:
        return len(self.starts)


def join_sticks(parts: Sequence[Sticks]) -> Sticks:
    """Return one set of sticks out of several of one kind of shading."""
    if not parts:
        return Sticks()
    return Sticks(
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
        np.concatenate([part.radii for part in parts]),
        np.concatenate([part.colors for part in parts]),
        parts[0].lit,
    )


@dataclass(frozen=True)
class Label:
    """Text that faces the viewer, beside a point of the scene.

    Parameters
    ----------
    text : str
        One line.
    position : tuple of 3 floats
        In scene units.
    color : tuple of 4 floats
        Red, green, blue, alpha in 0…1.
    size : float
        Height of the letters as a share of the picture's height.
    radius : float
        Of the ball that it names, in scene units: the text keeps clear of it.
    own : tuple of int
        Rows of the scene's balls that are of what it names; it stands nearer to
        its position than to any other ball.
    hue : tuple of 3 floats or None
        Of a line that leads from afar to what it names; None for a quiet one.
    """

    text: str
    position: tuple[float, float, float]
    color: tuple[float, float, float, float]
    size: float = 0.026
    radius: float = 0.0
    own: tuple[int, ...] = ()
    hue: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class SphereHandles:
    """Balls of a scene that can be dragged, along the unit sphere about 0.

    Parameters
    ----------
    balls : tuple of int
        Rows of the scene's balls, by the number of what each moves.
    dimension : int
        3 for the sphere; 2 for the circle of x and z.
    """

    balls: tuple[int, ...]
    dimension: int


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that is drawn, and nothing about how.

    Parameters
    ----------
    samples : Balls
        The probe samples: many and small.
    balls : Balls
        Class means, classifier rows, vertices of the ETF: few and large.
    sticks : Sticks
        From the centre to the balls.
    edges : Sticks
        The edges of the ETF, quiet and flat.
    labels : tuple of Label
        Names of classes.
    background : tuple of 3 floats
        Red, green, blue in 0…1.
    fog : float
        How far the farthest objects fade into the background, 0…1.
    links : Sticks
        From class means to their vertices of the ETF, hair lines.
    ground : Sticks
        The sphere or the circle on which all lies, hair lines.
    trails : Sticks
        Where pinned samples came from, flat lines.
    rings : Balls
        Outlines that face the viewer, on top of everything: the sample under
        the pointer and those that are pinned.
    target : str
        What the large green balls are.
    points : str
        What the blue balls are.
    note : str
        What must be said beside the picture, e.g. that it is a shadow of a
        higher dimension; empty if there is nothing to say.
    sample_ids : array, shape (number of samples,)
        For each drawn sample its row among the run's probe samples.
    handles : SphereHandles, optional
        What can be dragged.
    """

    samples: Balls = field(default_factory=Balls)
    balls: Balls = field(default_factory=Balls)
    sticks: Sticks = field(default_factory=Sticks)
    edges: Sticks = field(default_factory=lambda: Sticks(lit=False))
    links: Sticks = field(default_factory=lambda: Sticks(lit=False))
    ground: Sticks = field(default_factory=lambda: Sticks(lit=False))
    trails: Sticks = field(default_factory=lambda: Sticks(lit=False))
    rings: Balls = field(default_factory=Balls)
    labels: tuple[Label, ...] = ()
    background: tuple[float, float, float] = (1.0, 1.0, 1.0)
    fog: float = 0.25
    target: str = "simplex ETF"
    points: str = tr("class means")
    note: str = ""
    sample_ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    handles: SphereHandles | None = None


@dataclass(frozen=True)
class Panel:
    """One scene in a part of the picture.

    Parameters
    ----------
    scene : Scene
    left, top, width, height : float
        Where it stands, in shares of the picture; (0, 0) is its upper left corner.
    title : str
        Written above the scene; empty for none.
    chosen : bool
        Framed, e.g. the layer that is large in the other room.
    numbers : str
        Written smaller below the title.
    """

    scene: Scene
    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0
    title: str = ""
    chosen: bool = False
    numbers: str = ""

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return its left, top, width and height in a picture of so many pixels.

        Whole pixels, at least one, and neighbours share their border: what a
        camera is asked to project into.
        """
        left, top = round(self.left * width), round(self.top * height)
        right = round((self.left + self.width) * width)
        bottom = round((self.top + self.height) * height)
        return left, top, max(right - left, 1), max(bottom - top, 1)


@dataclass(frozen=True)
class Picture:
    """Everything on one canvas: scenes side by side under one camera.

    Parameters
    ----------
    panels : tuple of Panel
        At least one; they do not overlap.
    """

    panels: tuple[Panel, ...] = (Panel(Scene()),)

    def panel_at(self, x: float, y: float) -> int | None:
        """Return the number of the panel at a point given in shares of the picture."""
        for number, panel in enumerate(self.panels):
            inside = panel.left <= x < panel.left + panel.width
            if inside and panel.top <= y < panel.top + panel.height:
                return number
        return None


def one_panel(scene: Scene) -> Picture:
    """Return the picture of one scene."""
    return Picture((Panel(scene),))


def grid_shape(count: int, aspect: float) -> tuple[int, int]:
    """Return columns and rows that give so many panels the largest squares.

    A grid without empty places is preferred, at the price of `SMALLER` squares.

    Parameters
    ----------
    count : int
    aspect : float
        Width over height of the picture.
    """

    def side(columns: int) -> float:
        rows = -(-count // columns)
        return min(aspect / columns, 1 / rows) * (1.0 if count == columns * rows else SMALLER)

    columns = max(range(1, count + 1), key=side)
    return columns, -(-count // columns)


def grid_of_panels(
    scenes: Sequence[Scene],
    titles: Sequence[str],
    aspect: float,
    chosen: int | None = None,
    numbers: Sequence[str] = (),
) -> Picture:
    """Return scenes in reading order on a grid.

    Parameters
    ----------
    scenes : sequence of Scene
    titles : sequence of str
        One for each scene.
    aspect : float
        Width over height of the picture.
    chosen : int, optional
        The number of the framed panel.
    numbers : sequence of str
        Below each title; none if empty.
    """
    columns, rows = grid_shape(len(scenes), aspect)
    return Picture(
        tuple(
            Panel(
                scene,
                (number % columns) / columns,
                (number // columns) / rows,
                1 / columns,
                1 / rows,
                title,
                number == chosen,
                below,
            )
            for number, (scene, title, below) in enumerate(
                zip(scenes, titles, numbers or [""] * len(titles), strict=True)
            )
        )
    )
