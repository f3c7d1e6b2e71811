"""How well NECO tells samples of unknown classes from those of the known ones."""

from collections.abc import Collection, Mapping

from torch import Tensor

from ncviz.anatomy.doubles import on_processor
from ncviz.geometry import out_of_distribution


def neco_areas(
    features: Mapping[str, Tensor | None], foreign: Collection[str], classes: int
) -> dict[str, float]:
    """Return `out_of_distribution.neco_areas` of features that may lie on a device.

    Parameters
    ----------
    features : mapping of split to Tensor, shape (N, d), or None
        Of the last layer; None where they were not held.
    foreign : collection of str
        Splits of unknown classes.
    classes : int
        K.
    """
    inside = "test" if "test" in features else "train"
    wanted = {
        name: whole
        for name in ("train", inside, *foreign)
        if (whole := features.get(name)) is not None
    }
    if not foreign or inside not in wanted:
        return {}
    if not out_of_distribution.can_be_scored(wanted.get("train")):
        return {}
    held = on_processor(list(wanted.values()))
    rows = {name: each.double().numpy() for name, each in zip(wanted, held, strict=True)}
    return out_of_distribution.neco_areas(rows, foreign, classes)
