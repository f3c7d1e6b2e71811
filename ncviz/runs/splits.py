"""The splits of a run: the samples that its layers were measured on."""

import re
from dataclasses import dataclass

MOST_SPLITS = 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Split:
    """Samples that were measured.

    Parameters
    ----------
    name : str
        In files: lower-case letters, digits and '_'.
    title : str
        For people.
    class_names : tuple of str
        Of other classes than those that the network tells apart; empty if they are the same.
        The network gives no answer for other classes, so it has no loss, error or NC4 there.
    """

    name: str
    title: str
    class_names: tuple[str, ...] = ()

    @property
    def is_foreign(self) -> bool:
        """Whether its classes are others than those of the network."""
        return bool(self.class_names)


TRAIN = Split("train", "training samples")
TEST = Split("test", "held-out samples")


def is_split_name(text: str) -> bool:
    """Tell whether a further split may have this name."""
    return _NAME.fullmatch(text) is not None and text not in ("train", "test", "positions")
