"""What is so at one moment of a run, as far as a caption speaks of it."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ncviz.charts.numbers import Numbers
from ncviz.counting import EPOCHS, Counting
from ncviz.explorer.class_errors import error_among, largest_even_error
from ncviz.explorer.mixing import Mixing
from ncviz.explorer.moment_measures import measure_moment
from ncviz.language import tr
from ncviz.metrics.label_sets import nc_m_at
from ncviz.metrics.measures import LayerMeasures
from ncviz.runs.directions import class_groups
from ncviz.runs.measures import imbalance_ratio, training_loss
from ncviz.runs.minority_collapse import MinorityCollapse, minority_collapse
from ncviz.runs.run import Run
from ncviz.scenes.cache import cache_of
from ncviz.scenes.own_space import code_of
from ncviz.scenes.placements import dimensions_of
from ncviz.scenes.view import ShadowChoice

NAN = math.nan
INPUT, HIDDEN, LAST = "input", "hidden", "last"


@dataclass(frozen=True)
class MomentFacts:
    """A run at a recorded epoch and layer; NaN is what is not known or does not apply.

    Parameters
    ----------
    classes : int
        K, of the run.
    shown : tuple of str
        Names of the classes in the picture.
    spreads : tuple of float
        Of each class shown, see `class_spreads`: size of its cloud along an axis over the
        distance to the nearest other mean shown.
    widths : tuple of float
        Of each class shown, see `class_widths`: the same in all dimensions of the layer.
    widest : float
        The largest of all classes of the run, shown or not, as `largest_width` finds it.
    few : tuple of bool
        Which classes shown are minority classes.
    samples : tuple of int
        Samples drawn of each class shown.
    dimensions : int
        That the means of the classes in the picture span; more than three are drawn as a shadow.
    mixing, drawn : Mixing
        Of the classes shown: in all those dimensions, and as they are drawn.
    place : str
        'input', 'hidden' or 'last'.
    layer : str
        Its name.
    width : int
        Its dimensions.
    nc1, nc2, nc3, nc4 : float
        Of all classes at this layer; `nc2` is the larger of norms and angles of the means.
    gnc2, code_gnc2 : float
        One-vs-rest distance of the classifier, and that of the softmax code that is drawn.
    code : str
        What that is called.
    nc_m : float
        Of samples with two labels at this layer.
    measured : bool
        Whether the training samples were measured here.
    epoch : int
    counting : Counting
        What the run counts.
    is_start : bool
        Before the first step of a training that ncviz made itself.
    is_end : bool
        The last epoch of a finished run of several.
    recorded : int
        Epochs in the run.
    is_model : bool
        Free features instead of a network.
    is_linear : bool
        A network without a nonlinearity.
    fuzziness : tuple of float
        D over the layers.
    loss, train_error, test_error : float
        The training loss, and shares of mistakes; an infinite or NaN loss that was
        recorded has diverged, one that was not recorded is None.
    best_test : tuple of (int, float, float), or None
        An earlier epoch with a lower test error, that error and its training error.
    terminal_since : str
        Since when the training error stays 0, if it is known and past: 'since epoch 6'.
    trained_on : float
        Training samples over which the training error is taken, as many as drawn at random
        would tell it as exactly; 0 if unknown.
    largest : float
        Share of the largest class in them.
    even_error : float
        See `ncviz.explorer.class_errors.largest_even_error`.
    minority_error : float
        Share of mistakes among the recorded samples of the minority classes; NaN if unknown.
    minority_recorded : bool
        Whether these are all their training samples.
    imbalance : float
        R, largest over smallest class; 1 where balanced or unknown.
    minority : int
        Minority classes, see `ncviz.runs.directions.class_groups`.
    collapse : MinorityCollapse or None
        What their classifiers do.
    together : tuple of str
        Names of those of them whose classifiers have fallen together.
    failure : str
        Why the run ended early, at its last epoch.
    """

    classes: int
    shown: tuple[str, ...]
    spreads: tuple[float, ...]
    widths: tuple[float, ...] = ()
    widest: float = NAN
    few: tuple[bool, ...] = ()
    samples: tuple[int, ...] = ()
    dimensions: int = 3
    mixing: Mixing = field(default_factory=Mixing)
    drawn: Mixing = field(default_factory=Mixing)
    place: str = LAST
    layer: str = "features"
    width: int = 512
    nc1: float = NAN
    nc2: float = NAN
    nc3: float = NAN
    nc4: float = NAN
    gnc2: float = NAN
    code_gnc2: float = NAN
    code: str = ""
    nc_m: float = NAN
    measured: bool = True
    epoch: int = 1
    counting: Counting = EPOCHS
    is_start: bool = False
    is_end: bool = False
    recorded: int = 2
    is_model: bool = False
    is_linear: bool = False
    fuzziness: tuple[float, ...] = ()
    loss: float | None = None
    train_error: float = NAN
    test_error: float = NAN
    best_test: tuple[int, float, float] | None = None
    terminal_since: str = ""
    trained_on: float = 0
    largest: float = NAN
    even_error: float = NAN
    minority_error: float = NAN
    minority_recorded: bool = False
    imbalance: float = 1.0
    minority: int = 0
    collapse: MinorityCollapse | None = None
    together: tuple[str, ...] = ()
    failure: str = ""


def facts_at(
    run: Run,
    series: Numbers,
    epoch: int,
    layer: int,
    classes: tuple[int, ...],
    hidden: tuple[int, ...] = (),
    shadow: ShadowChoice | None = None,
) -> MomentFacts:
    """Gather what is so at a moment.

    Parameters
    ----------
    run : Run
    series : Numbers
        Of that run.
    epoch : int
        One of `run.epochs`.
    layer : int
        From 0.
    classes : tuple of int
        Those whose means span the picture.
    hidden : tuple of int
        Those of them that are not drawn; of one class that is left alone nothing could be
        said, so that they are all spoken of then.
    shadow : ShadowChoice, optional
        Of more than four classes, as it is drawn.

    Raises
    ------
    UserError
        If a snapshot that is needed cannot be read.
    """
    manifest, snapshot = run.manifest, run.snapshot(epoch)
    seen, looked, drawn_mixing = measure_moment(run, epoch, layer, classes, hidden, shadow)
    last, drawn = (
        len(manifest.layers) - 1,
        np.bincount(run.probe.labels, minlength=manifest.classes),
    )
    layer %= last + 1
    measured, spreads, widths, widest, mixing, behind = looked
    scalars, recipe = snapshot.scalars, manifest.recipe
    minority = class_groups(run)[1]
    ended = epoch == run.epochs[-1]
    collapse = cache_of(run).recall(
        ("minority collapse", epoch), lambda: minority_collapse(run, epoch)
    )
    counts = manifest.train_counts
    is_first = layer == 0 and last > 0
    own = recipe.get("model") == "unconstrained_features" or (
        "dataset" in recipe and "kind" not in recipe
    )
    return MomentFacts(
        classes=manifest.classes,
        shown=tuple(manifest.class_names[k] for k in seen),
        spreads=spreads,
        widths=widths,
        widest=widest,
        few=tuple(map(frozenset(minority).__contains__, seen)),  # of very many classes
        samples=tuple(int(drawn[k]) for k in seen),
        dimensions=min(dimensions_of(run, layer, classes), manifest.layers[layer].width),
        mixing=mixing,
        drawn=drawn_mixing,
        place=INPUT if is_first and manifest.layers[0].name == "input" else _place(layer, last),
        layer=manifest.layers[layer].name,
        width=manifest.layers[layer].width,
        nc1=_value(measured, "nc1"),
        nc2=distance_to_etf(measured),
        nc3=_value(measured, "nc3"),
        nc4=_value(measured, "nc4"),
        **_code_facts(run, epoch, layer),
        nc_m=nc_m_at(run, epoch, layer),
        measured=measured is not None,
        epoch=epoch,
        counting=run.counting,
        is_start=own and epoch == 0,
        is_end=ended and manifest.state == "finished" and len(run.epochs) > 1,
        recorded=len(run.epochs),
        is_model=recipe.get("model") == "unconstrained_features",
        is_linear=recipe.get("activation") == "identity",
        fuzziness=tuple(series.fuzziness(epoch)),
        loss=training_loss(scalars),
        train_error=scalars.get("train_error", NAN),
        test_error=scalars.get("test_error", NAN),
        best_test=_best_before(series, epoch),
        terminal_since=_terminal(series, epoch, knows_start=own and run.epochs[0] == 0),
        trained_on=behind,
        largest=max(counts) / sum(counts) if any(counts) else NAN,
        even_error=largest_even_error(counts, scalars.get("train_error", NAN)),
        minority_error=error_among(snapshot.probe("predicted"), run.probe.labels, minority),
        minority_recorded=all(counts[k] == drawn[k] for k in minority) if counts else False,
        imbalance=imbalance_ratio(run),
        minority=len(minority),
        collapse=collapse,
        together=tuple(manifest.class_names[k] for k in collapse.together) if collapse else (),
        failure=manifest.message if ended and manifest.state == "failed" else "",
    )


def _code_facts(run: Run, epoch: int, layer: int) -> dict[str, Any]:
    """Return how far classifiers are from each other's hull, beside the code that is drawn."""
    code = code_of(run, layer)
    classifier = None if code is None else run.snapshot(epoch).classifier()
    if code is None or classifier is None or not classifier.weight.any(axis=1).all():
        return {}
    from ncviz.theory.softmax_codes import gnc2  # slow to import: not at the window's start

    found = cache_of(run).recall(("gnc2", epoch), lambda: gnc2(classifier.weight))
    return {"gnc2": found, "code_gnc2": code.margin, "code": code.name}


def distance_to_etf(measured: LayerMeasures | None) -> float:
    """Return how far the class means are from a simplex ETF: the larger of both NC2.

    Parameters
    ----------
    measured : LayerMeasures or None
        NaN if it is None or lacks one of them.
    """
    both = _value(measured, "nc2_equinorm_means"), _value(measured, "nc2_equiangular_means")
    return NAN if any(math.isnan(value) for value in both) else max(both)


def _place(layer: int, last: int) -> str:
    return LAST if layer == last else HIDDEN


def _value(measured: LayerMeasures | None, name: str) -> float:
    value = None if measured is None else measured[name]
    return NAN if value is None else float(value)


def _best_before(series: Numbers, epoch: int) -> tuple[int, float, float] | None:
    """Return the earlier epoch of the least test error, once all epochs are known."""
    if not series.covers_all:
        return None
    errors = [series.scalar(f"{split}_error").tolist() for split in ("test", "train")]
    known = [
        (earlier, test, train)
        for earlier, test, train in zip(series.epochs, *errors, strict=True)
        if earlier < epoch and math.isfinite(test)
    ]
    return min(known, key=lambda item: item[1]) if known else None


def _terminal(series: Numbers, epoch: int, *, knows_start: bool) -> str:
    start = series.terminal_phase()
    if start is None or start > epoch:
        return ""
    if start == series.epochs[0] and not knows_start:  # of what was before nothing is known
        return tr("at the first recorded moment already")
    return series.run.counting.since(start, series.epochs)
