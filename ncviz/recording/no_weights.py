"""Says what a file without weights holds in their place."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from ncviz.language import tr
from ncviz.pickles import Inert
from ncviz.recording.state_dicts import SHOWN
from ncviz.recording.stored_tensors import is_tensor

_LOOKED_AT = 50  # entries

# What lies beside checkpoints, by the names of its entries.
_BESIDE = (
    (("param_groups", "optimizer_state_dict"), tr("the state of an optimiser")),
    (("_step_count", "base_lrs", "_last_lr"), tr("the state of a schedule of learning rates")),
    (("growth_factor", "_growth_tracker"), tr("the state of a gradient scaler")),
    (("cuda", "numpy", "python"), tr("the state of random numbers")),
    (("output_dir", "per_device_train_batch_size"), tr("the settings of a training")),
)


def lies_beside(fields: Mapping[Any, Any]) -> str:
    """Say what a file holds that lies beside checkpoints; '' if it is none of these.

    Parameters
    ----------
    fields : mapping
        Its entries.
    """
    keys = [key for key in islice(fields, _LOOKED_AT) if isinstance(key, str)]
    for names, what in _BESIDE:
        if any(name in keys for name in names):
            return what
    return tr("the state of an optimiser") if any("optim" in key.lower() for key in keys) else ""


def content_in_words(content: Any) -> str:
    """Return what a file holds that has no weights, for a sentence."""
    if isinstance(content, dict):
        return _entries(content)
    if isinstance(content, Inert):
        return tr("{kind!r} and no weights", kind=content.kind[:80])
    if is_tensor(content):
        return tr("a single tensor and no weights")
    kind = type(content).__name__
    if not isinstance(content, list | tuple):
        return tr("a {kind} and no weights", kind=kind)
    if any(is_tensor(item) for item in content[:_LOOKED_AT]):
        return tr(
            "a {kind} of {count:,} tensors without names and no weights",
            kind=kind,
            count=len(content),
        )
    return tr(
        "a {kind} of {count:,} entries and no network among them", kind=kind, count=len(content)
    )


def _entries(fields: Mapping[Any, Any]) -> str:
    named = [key for key in islice(fields, _LOOKED_AT) if key != "__metadata__"]
    if not named:
        return "nothing"
    shown = ", ".join(_shown(key) for key in named[:SHOWN])
    more = tr(" and {count:,} more", count=len(fields) - SHOWN) if len(named) > SHOWN else ""
    return tr("no weights (its entries are {shown}{more})", shown=shown, more=more)


def _shown(key: Any) -> str:
    if isinstance(key, str):
        return key[:60]
    known = isinstance(key, int | float) and abs(key) < 10**9
    return str(key) if known else f"a {type(key).__name__}"
