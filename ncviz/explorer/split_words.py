"""What is to be seen of the samples of another split, beside those of the training."""

import math

from ncviz.geometry.collapse import nc1
from ncviz.geometry.separation import separation_fuzziness
from ncviz.language import tr
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.out_of_distribution import NC5, NECO
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN, Split
from ncviz.scenes.cache import cache_of
from ncviz.scenes.view import View
from ncviz.wording import listed, three_digits, upper_first


def describe_split(run: Run, split: Split, epoch: int, layer: int) -> str:
    """Say whose samples are drawn, and how their numbers compare with those of the training.

    Parameters
    ----------
    run : Run
    split : Split
        Another one than the training, that the run was measured on.
    epoch : int
        A recorded one.
    layer : int

    Returns
    -------
    str
        One sentence.
    """
    layer = layer % len(run.manifest.layers)
    learnt = next((s for s in run.manifest.splits if s.drawn and split.label_sets), TRAIN)
    own, train = (_numbers(run, epoch, layer, name) for name in (split.name, learnt.name))
    scalars = run.snapshot(epoch).scalars
    which = ""
    if split.is_foreign:
        made = (
            tr("made of the network's classes")
            if split.label_sets
            else tr("unknown to the network")
        )
        made = tr("parts of the network's classes") if split.parts else made
        which = f", {made},"
    said = [
        tr(
            "{title}{which} in the projection of the training means",
            title=upper_first(split.title),
            which=which,
        )
    ]
    if run.drawn_of(split.name).drawn is not split:
        said = [
            tr(
                "Numbers of the {samples}, of which this run keeps none to draw ({seen})",
                samples=split.samples,
                seen=_SEEN,
            )
        ]
    told = _of_unknown(run, epoch, layer, split.name) if split.is_unknown else {}
    unlike = [f"{name} = {three_digits(v)}" for name, v in told.items() if math.isfinite(v)]
    if unlike:
        said.append(listed(unlike))
    names = [name for name, value in own.items() if math.isfinite(value)]
    if names:
        values = listed([f"{name} = {three_digits(own[name])}" for name in names])
        beside = listed([three_digits(train[name]) for name in names])
        whose = tr("of their own classes ") if split.is_foreign else ""
        said.append(f"{whose}{values} ({learnt.title}: {beside})")
    errors = [scalars.get(f"{name}_error", math.nan) for name in (split.name, learnt.name)]
    if math.isfinite(errors[0]):
        known = f" ({learnt.title}: {_percent(errors[1])})" if math.isfinite(errors[1]) else ""
        said.append(tr("{errors} answered wrongly{known}", errors=_percent(errors[0]), known=known))
    return f"{said[0]}: {'; '.join(said[1:])}." if said[1:] else f"{said[0]}."


def _numbers(run: Run, epoch: int, layer: int, split: str) -> dict[str, float]:
    def measure() -> dict[str, float]:
        statistics = run.snapshot(epoch).statistics(layer, split)
        if statistics is None:
            return {"D": math.nan, "NC1": math.nan}
        return {"D": separation_fuzziness(statistics), "NC1": nc1(statistics)}

    return cache_of(run).recall(("numbers of split", epoch, layer, split), measure)


def _of_unknown(run: Run, epoch: int, layer: int, split: str) -> dict[str, float]:
    """Return how samples of classes that the network does not know stand to those it knows."""

    def measure() -> dict[str, float]:
        place = LayerAt(run, epoch, layer, split)
        last = layer == len(run.manifest.layers) - 1  # of which alone NECO is told
        return {"NC5": NC5.at(place)[0], "NECO": NECO.at(place)[0] if last else math.nan}

    return cache_of(run).recall(("unknown of split", epoch, layer, split), measure)


def _percent(share: float) -> str:
    return f"{three_digits(100 * share)}\N{NO-BREAK SPACE}%"


_SEEN = tr("the training samples are seen")


def said_of_absent(run: Run, view: View) -> str:
    """Say that a run was not measured on the split that a view asks for; '' if it was."""
    if run.measured_on(view.split).name == (view.split or TRAIN.name):
        return ""
    return tr(
        "This run holds nothing of this split ({title}): {seen}.",
        title=run.split_named(view.split).title,
        seen=_SEEN,
    )
