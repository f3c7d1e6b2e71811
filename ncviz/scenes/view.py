"""The view: everything that decides what a run looks like, as one immutable value."""

from dataclasses import dataclass, field, replace

from ncviz.runs.manifest import Manifest
from ncviz.scenes.camera import Camera
from ncviz.scenes.palette import DEFAULT_PALETTE

MOST_SHOWN = 3000  # classes in a picture, whose simplex ETF takes a K × K matrix


@dataclass(frozen=True)
class ShadowChoice:
    """Which three of the K−1 dimensions of more than four classes are seen.

    Parameters
    ----------
    kind : str
        'simplex', a fixed projection that treats all classes alike; 'best',
        the three axes along which the class means spread most; 'axes', the
        space of three chosen classes; 'tour', a moment of the grand tour.
    toward : tuple of 3 int
        For 'axes': positions among the classes shown.
    time : float
        For 'tour': turns of its fastest plane.
    """

    kind: str = "simplex"
    toward: tuple[int, int, int] = (0, 1, 2)
    time: float = 0.0


@dataclass(frozen=True)
class View:
    """How to look at a run.

    Parameters
    ----------
    epoch : float
        Between two recorded epochs the picture is interpolated.
    layer : int
        From 0, the raw input; −1 is the last.
    classes : tuple of int
        The classes shown, at least two; empty for those that a run shows first.
    hidden : tuple of int
        Classes, and sets of labels, whose samples, mean and classifier row are
        not drawn; the projection stays where the shown classes put it.
    theme : str
        'light' or 'dark'.
    camera : Camera
    show_samples, show_means, show_classifier, show_etf, show_labels, show_axes : bool
        What is drawn.
    shadow : ShadowChoice
        For more than four classes.
    recorded_only : bool
        Show recorded epochs and nothing between them.
    palette : str
        One of `palette.PALETTES`.
    shapes : bool
        Tell classes apart by shapes too.
    pinned : tuple of int
        Rows of the probe that are ringed and followed with a trail.
    color_by : str
        What the samples are coloured by: a name of `ncviz.runs.sample_columns`; by their class
        where it is empty or the run has no such column.
    split : str
        Whose samples are drawn: the name of a split of the run; those of the training where it is
        empty or the run holds no samples of that split.
    hovered : int, optional
        The row of the probe under the pointer.
    """

    epoch: float = 0.0
    layer: int = -1
    classes: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    theme: str = "light"
    camera: Camera = field(default_factory=Camera)
    show_samples: bool = True
    show_means: bool = True
    show_classifier: bool = True
    show_etf: bool = True
    show_labels: bool = True
    show_axes: bool = False
    shadow: ShadowChoice = field(default_factory=ShadowChoice)
    recorded_only: bool = False
    palette: str = DEFAULT_PALETTE
    shapes: bool = False
    pinned: tuple[int, ...] = ()
    color_by: str = ""
    split: str = ""
    hovered: int | None = None

    def at(self, epoch: float) -> "View":
        """Return the same view of another moment."""
        return replace(self, epoch=float(epoch))

    def shown_classes(self, classes: int) -> tuple[int, ...]:
        """Return the classes to show of a run with so many; of very many every n-th."""
        chosen = tuple(c for c in dict.fromkeys(self.classes) if 0 <= c < classes)
        if len(chosen) > MOST_SHOWN:
            return chosen[:: -(-len(chosen) // MOST_SHOWN)]
        return chosen if len(chosen) >= 2 else tuple(range(min(4, classes)))

    def drawn_classes(self, manifest: Manifest) -> tuple[int, ...]:
        """Return the classes to show of a run, and the sets of labels among them."""
        return manifest.with_sets(self.shown_classes(manifest.classes))

    def visible_classes(self, classes: int) -> tuple[int, ...]:
        """Return those of the classes to show that are not hidden."""
        return tuple(c for c in self.shown_classes(classes) if c not in self.hidden)
