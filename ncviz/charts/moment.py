"""What a plot is of."""

from dataclasses import dataclass

from ncviz.runs.run import Run
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
    def layer(self) -> int:
        """Return the number of the layer in the scene, from 0."""
        return self.view.layer % len(self.run.manifest.layers)

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Return the names of all layers."""
        return tuple(layer.name for layer in self.run.manifest.layers)

    @property
    def classes(self) -> tuple[int, ...]:
        """Return the classes that are shown and not hidden; all where sets of labels are left."""
        view, classes = self.view, self.run.manifest.classes
        return view.visible_classes(classes) or view.shown_classes(classes)

    @property
    def matrix_classes(self) -> tuple[int, ...]:
        """Return the classes of the matrix of all cosines: all, until the legend hides one."""
        everybody = tuple(range(self.run.manifest.classes))
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
