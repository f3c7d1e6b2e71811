"""The numbers of a run, computed from its snapshots.

An `epoch` is one of `run.epochs`, a `layer` counts from 0, the raw input, and a `split` is
'train' or 'test'.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.metric import LAST, LAYER, NETWORK, Metric, metrics
from ncviz.runs.run import Run

OF_LAYERS = LAYER, LAST


@dataclass(frozen=True)
class LayerMeasures:
    """Numbers of one layer at one epoch on one split.

    Parameters
    ----------
    epoch : int
    layer : str
        Its name.
    split : str
    values : mapping of str
        By the names of `metrics()`; None where a number does not apply. ∞ stands for those
        alone that are unbounded, such as CDNV where two class means coincide.
    absent : mapping of str
        A sentence for each of those that could not be had.
    """

    epoch: int
    layer: str
    split: str
    values: Mapping[str, float | None]
    absent: Mapping[str, str]

    def __getitem__(self, name: str) -> float | None:
        return self.values[name]


def columns(scopes: Iterable[str], core: bool = False) -> tuple[Metric, ...]:
    """Return the numbers of these scopes, perhaps those alone that every table prints."""
    found = (metric for metric in metrics().values() if metric.scope in tuple(scopes))
    return tuple(metric for metric in found if metric.core or not core)


def measure_layer(
    run: Run, epoch: int, layer: int, split: str, wanted: Iterable[Metric] = ()
) -> LayerMeasures | None:
    """Measure one layer at one epoch.

    Parameters
    ----------
    run, epoch, layer, split
        As of this module.
    wanted : iterable of Metric
        Of layers; by default those that every table prints.

    Returns
    -------
    LayerMeasures or None
        None if the split was not recorded.
    """
    place = LayerAt(run, epoch, layer, split)
    if place.recorded is None:
        return None
    found = _measured(place, tuple(wanted) or columns(OF_LAYERS, core=True))
    return LayerMeasures(
        place.snapshot.epoch,
        run.manifest.layers[layer].name,
        split,
        {name: None if math.isnan(value) else value for name, (value, _) in found.items()},
        {name: why for name, (_, why) in found.items() if why},
    )


def _measured(place: LayerAt, wanted: Iterable[Metric]) -> dict[str, tuple[float, str]]:
    # What is of the last layer alone needs no word in the others.
    return {
        metric.name: (math.nan, "")
        if metric.scope == LAST and not place.is_last
        else metric.at(place)
        for metric in wanted
    }


def measure_run(
    run: Run,
    epoch: float | None = None,
    layer: str | None = None,
    split: str | None = None,
    *,
    core: bool = False,
) -> dict[str, Any]:
    """Measure a run as `ncviz measure --json` prints it.

    Parameters
    ----------
    run : Run
    epoch : float, optional
        This recorded epoch alone.
    layer : str, optional
        This layer alone, by its name or its number from 0.
    split : str, optional
        This split alone, by its name.
    core : bool
        Those numbers alone that every table prints.

    Returns
    -------
    dict
        `layers`, a list of `epoch`, `layer`, `split` and the numbers of each layer and of the
        last one; `law`, a list of `epoch`, `split` and the numbers of all layers together;
        and `absent`, sentences by the names of those numbers that could not be had somewhere.
        Of a run that counts steps, `step` stands in the place of `epoch`, and so on.

    Raises
    ------
    UserError
        If the epoch, the layer or the split is not in the run.
    """
    epochs = run.epochs if epoch is None else (run.recorded(epoch),)
    layers = range(len(run.manifest.layers)) if layer is None else (_layer_number(run, layer),)
    splits = ["train", "test", *(known.name for known in run.manifest.splits)]
    if split is not None:
        splits = [run.split_of(split).name]
    of_layers, of_all = columns(OF_LAYERS, core), columns((NETWORK,), core)
    absent: dict[str, list[str]] = {}
    records, laws = [], []
    for e in epochs:
        when = {run.counting.unit: run.counting.value(e)}
        for number in layers:
            for name in splits:
                found = measure_layer(run, e, number, name, of_layers)
                if found is not None:
                    numbers = {key: _number(value) for key, value in found.values.items()}
                    records.append({**when, "layer": found.layer, "split": name, **numbers})
                    _tell(absent, found.absent)
        for name in splits:
            if run.snapshot(e).statistics(0, name) is None:
                continue
            last = LayerAt(run, e, len(run.manifest.layers) - 1, name)
            of_split = _measured(last, of_all)
            numbers = {key: _number(value) for key, (value, _) in of_split.items()}
            laws.append({**when, "split": name, **numbers})
            _tell(absent, {key: why for key, (_, why) in of_split.items() if why})
    return {"layers": records, "law": laws, "absent": absent}


def _tell(absent: dict[str, list[str]], told: Mapping[str, str]) -> None:
    for name, sentence in told.items():
        known = absent.setdefault(name, [])
        if sentence not in known:
            known.append(sentence)


def _number(value: float | None) -> float | None:
    """Return None for what is undefined or unbounded, which JSON cannot hold."""
    return None if value is None or not math.isfinite(value) else value


def _layer_number(run: Run, layer: str) -> int:
    names = [item.name for item in run.manifest.layers]
    if layer in names:
        return names.index(layer)
    if layer.isdecimal() and int(layer) < len(names):
        return int(layer)
    raise UserError(
        tr(
            "The run has no layer {layer!r}: its layers are {names}.",
            layer=layer,
            names=", ".join(names),
        )
    )
