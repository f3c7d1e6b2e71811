"""What a plot is of."""

from dataclasses import dataclass

from ncviz.charts.colors import Color, Hue
from ncviz.geometry.etf import has_simplex_etf
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN, Split
from ncviz.scenes.epoch_scale import EpochScale
from ncviz.scenes.view import View


@dataclass(frozen=True)
class Moment:
    """What a plot is of.

    Parameters
    ----------
    run : Run
    epoch : int
        A recorded one.
    view : View
        Layer, classes and palette.
    spacing : str
        Of the epochs, one of `epoch_scale.SPACINGS`.
    """

    run: Run
    epoch: int
    view: View
    spacing: str = "recorded"

    @property
    def split(self) -> Split:
        """Return whose numbers are shown: those of the split that the view asks for, if any are."""
        return self.run.measured_on(self.view.split)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes of those samples."""
        return self.split.class_names or self.run.manifest.class_names

    def drawn_as(self, number: int) -> int:
        """Return the number of one of those classes in the scene, see `Run.numbered_names`."""
        manifest, split = self.run.manifest, self.split
        first = manifest.classes if split.label_sets else len(manifest.drawn_names)
        return number + (first if split.is_foreign else 0)

    def hue(self, number: int) -> Color:
        """Return the hue of one of those classes, as their samples have it in the scene."""
        sets = self.split.label_sets
        return Hue(sets[number] if sets else self.drawn_as(number))

    @property
    def is_crowded(self) -> bool:
        """Return whether the means of those classes cannot become a simplex ETF in the last layer.

        Means of sets of labels are not to become one.
        """
        width = self.run.manifest.layers[-1].width
        return bool(self.split.label_sets) or not has_simplex_etf(len(self.class_names), width)

    @property
    def layer(self) -> int:
        """Return the number of the layer in the scene, from 0."""
        return self.view.layer % len(self.run.manifest.layers)

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Return the names of all layers."""
        return tuple(layer.name for layer in self.run.manifest.layers)

    @property
    def classes(self) -> tuple[int, ...]:
        """Return the classes that are shown and not hidden; all where sets of labels are left.

        Of a split of other classes than the network's all of its own.
        """
        if self.split.is_foreign:
            return tuple(range(len(self.class_names)))
        view, classes = self.view, self.run.manifest.classes
        return view.visible_classes(classes) or view.shown_classes(classes)

    @property
    def matrix_classes(self) -> tuple[int, ...]:
        """Return the classes of the matrix of all cosines: all, until the legend hides one."""
        everybody = tuple(range(len(self.class_names)))
        return self.classes if self.view.hidden else everybody

    @property
    def scale(self) -> EpochScale:
        """Return where epochs stand on an axis."""
        stops = tuple(float(epoch) for epoch in self.run.epochs)
        return EpochScale(stops, self.spacing, self.run.counting)

    @property
    def name(self) -> str:
        """Return what it is called: 'epoch 3'."""
        return self.run.counting.named(self.epoch)


def samples_of(moment: Moment) -> str:
    """Say whose numbers are shown, where it is not those of the training samples; else ''."""
    return "" if moment.split.name == TRAIN.name else moment.split.samples
