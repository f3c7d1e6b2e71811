"""Whether a run has what a plot shows."""

from collections.abc import Callable
from dataclasses import dataclass

from ncviz.errors import UserError
from ncviz.geometry.etf import has_simplex_etf
from ncviz.language import tr
from ncviz.runs.directions import class_groups
from ncviz.runs.run import Run


@dataclass(frozen=True)
class Condition:
    """What a run must be for a plot to show something.

    Parameters
    ----------
    holds : callable
    otherwise : str
        A sentence for other runs.
    """

    holds: Callable[[Run], bool]
    otherwise: str

    def __call__(self, run: Run) -> bool:
        """Tell whether a run is that; of one that cannot be read the plot itself says why."""
        try:
            return self.holds(run)
        except UserError:
            return True


def minority_count(run: Run | None) -> int:
    """Return how many minority classes a run has."""
    return 0 if run is None else len(class_groups(run)[1])


is_imbalanced = Condition(
    lambda run: minority_count(run) > 0,
    tr("It has no minority: no class is much smaller than the largest."),
)
"""Whether a run has minority classes."""


is_crowded = Condition(
    lambda run: not has_simplex_etf(run.manifest.classes, run.manifest.layers[-1].width),
    tr("A simplex ETF of its classes fits into the last layer."),
)
"""Whether no simplex ETF fits into the last layer."""


def unknown_splits(run: Run) -> tuple[str, ...]:
    """Return the splits of classes that the network does not know."""
    return tuple(split.name for split in run.manifest.splits if split.is_unknown)


def splits_of_sets(run: Run) -> tuple[str, ...]:
    """Return the splits whose samples have several labels."""
    return tuple(split.name for split in run.manifest.splits if split.label_sets)


has_test = Condition(
    lambda run: run.snapshot(run.epochs[0]).statistics(0, "test") is not None,
    tr("No held-out samples were recorded."),
)
"""Whether held-out samples were recorded."""


has_unknown = Condition(
    lambda run: bool(unknown_splits(run)),
    tr("It has no samples of classes that the network does not know."),
)
has_label_sets = Condition(
    lambda run: bool(splits_of_sets(run)), tr("It has no samples with several labels.")
)
is_balanced = Condition(
    lambda run: not is_imbalanced(run),
    tr("It has minority classes: the errors of minority and majority show that one, too."),
)
has_square_loss = Condition(
    lambda run: "square_loss_within_train" in run.snapshot(run.epochs[-1]).scalars,
    tr(
        "The parts of the square loss were not recorded: they take all features of the last layer "
        "at once, few enough of them."
    ),
)
has_weights = Condition(
    lambda run: any(
        run.snapshot(run.epochs[-1]).weight_size(layer) is not None
        for layer in range(len(run.manifest.layers))
    ),
    tr("Weights that lead to its layers were not recorded."),
)
