"""What a recording of checkpoints tells on its way. Nothing here imports torch."""

from dataclasses import dataclass
from pathlib import Path

from ncviz.counting import EPOCHS, Counting
from ncviz.jobs.runner import RecordedEpoch
from ncviz.language import named, tr

READING, MEASURING, DONE = named("Reading"), named("Measuring"), named("Done")


@dataclass(frozen=True)
class FileProgress:
    """How far the recording is: before each file, within it, and at the end.

    Parameters
    ----------
    done, files : int
        Files that are finished or skipped, and all of them.
    name : str
        The file at hand; '' at the end.
    seconds_left : float
        At the pace so far; NaN before the first file is done.
    step : str
        What is being done: `READING`, `MEASURING` or `DONE`.
    share : float
        Of the file at hand, 0…1.
    """

    done: int
    files: int
    name: str
    seconds_left: float
    step: str
    share: float = 0.0


@dataclass(frozen=True)
class Skipped:
    """A checkpoint that could not be recorded; the others go on.

    Parameters
    ----------
    path : str
    sentence : str
        Why.
    is_beside : bool
        Whether it is no checkpoint but lies beside them, which is no fault.
    """

    path: str
    sentence: str
    is_beside: bool = False

    @property
    def reason(self) -> str:
        """Return the sentence as it goes on after the file's name."""
        path = Path(self.path)
        words = self.sentence
        for name in (self.path, path.name):
            words = words.removeprefix(f"{name} ")
        folder = str(path.parent)
        return words if folder in (".", "/") else words.replace(f"{folder}/", "")


@dataclass(frozen=True)
class Ordered:
    """Which epoch each checkpoint is taken to be of, before the first is measured.

    Parameters
    ----------
    files : tuple of str
        In the order of their epochs.
    epochs : tuple of int
        Theirs, ascending.
    skipped : tuple of Skipped
        The others, which cannot be read.
    said : str
        Where the numbers come from, and what they count, in a sentence.
    counting : Counting
        What they count.
    """

    files: tuple[str, ...]
    epochs: tuple[int, ...]
    skipped: tuple[Skipped, ...] = ()
    said: str = ""
    counting: Counting = EPOCHS

    @property
    def found(self) -> tuple[tuple[int, Path], ...]:
        """Return the checkpoints with their epochs."""
        return tuple(zip(self.epochs, map(Path, self.files), strict=True))


def checkpoints(count: int) -> str:
    """Return how many there are, in words."""
    return tr("{count:checkpoint|checkpoints}", count=count)


@dataclass(frozen=True)
class GoesOn:
    """A recording that broke off goes on.

    Parameters
    ----------
    path : str
        Of the run.
    kept : int
        Checkpoints that are measured already.
    """

    path: str
    kept: int

    @property
    def words(self) -> str:
        """Return it as a sentence."""
        return tr(
            "{path} goes on with {kept:checkpoint|checkpoints} measured already.",
            path=self.path,
            kept=self.kept,
        )


@dataclass(frozen=True)
class Looked(Ordered):
    """What a set of files holds, before anything is known of the model.

    Parameters
    ----------
    model : str
        A suggestion such as 'torchvision:resnet18'; '' for none.
    like : str
        Whose names these are, such as 'a ResNet by their names'; '' if unknown.
    tried : str
        Which models were tried where none fits, as a sentence.
    classes : int
        That the weights tell apart; 0 if the suggestion does not say.
    places : tuple of str
        Entries of the first file that hold weights, the likeliest first; '' is
        all of it.
    place : str
        The one that is taken.
    """

    model: str = ""
    like: str = ""
    tried: str = ""
    classes: int = 0
    places: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True)
class LayerNode:
    """A module of a network, as a tree shows it.

    Parameters
    ----------
    name : str
        As in ``network.named_modules()``; what `RecordPlan.layers` may name.
    label : str
        Its last part.
    kind : str
        Its class.
    shape : tuple of int
        Of its output for one sample; empty if it cannot be recorded.
    width : int
        Features it would have in the run.
    chosen : bool
        Whether the plan records its output.
    note : str
        'classifier', 'its input' where that is recorded, or ''.
    children : tuple of LayerNode
    """

    name: str
    label: str
    kind: str
    shape: tuple[int, ...]
    width: int
    chosen: bool
    note: str = ""
    children: tuple["LayerNode", ...] = ()


@dataclass(frozen=True)
class Inspected:
    """What a plan would record, for the dialog to show before it starts.

    Parameters
    ----------
    title : str
        Of the model.
    tree : tuple of LayerNode
        Its modules.
    layers : tuple of (str, int)
        Names and widths of the layers of the run, the raw input first.
    classifier : str
        The layer found or named; '' for none.
    epochs : tuple of int
        Of the checkpoints that can be read, ascending.
    files : tuple of str
        Those checkpoints, in the same order.
    skipped : tuple of Skipped
        The others.
    class_names : tuple of str
    notes : tuple of str
        What was adapted or chosen: grey images repeated, a first convolution changed.
    classifier_weight : str
        The classifier's weight matrix; '' for none.
    """

    title: str
    tree: tuple[LayerNode, ...]
    layers: tuple[tuple[str, int], ...]
    classifier: str
    epochs: tuple[int, ...]
    files: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    class_names: tuple[str, ...]
    notes: tuple[str, ...]
    classifier_weight: str = ""


RecordMessage = FileProgress | Skipped | Ordered | RecordedEpoch | GoesOn
