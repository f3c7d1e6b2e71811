"""What is to be seen of the samples of another split, beside those of the training."""

import math

from ncviz.explorer.depth_words import describe_depth
from ncviz.geometry.collapse import nc1
from ncviz.geometry.separation import fit_law, separation_fuzziness
from ncviz.runs.layer_names import names_of
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN
from ncviz.scenes.cache import cache_of
from ncviz.scenes.view import View
from ncviz.wording import listed, three_digits, upper_first


def describe_split(run: Run, epoch: int, layer: int) -> str:
    """Say whose samples are drawn, and how their numbers compare with those of the training.

    Parameters
    ----------
    run : Run
        As of `Run.drawn_of`, of another split than the training.
    epoch : int
        A recorded one.
    layer : int

    Returns
    -------
    str
        One sentence.
    """
    split, layer = run.drawn, layer % len(run.manifest.layers)
    learnt = next((s for s in run.manifest.splits if s.drawn and split.label_sets), TRAIN)
    own, train = (_numbers(run, epoch, layer, name) for name in (split.name, learnt.name))
    scalars = run.snapshot(epoch).scalars
    which = ""
    if split.is_foreign:
        made = "made of the network's classes" if split.label_sets else "unknown to the network"
        made = "parts of the network's classes" if split.parts else made
        which = f", {made},"
    said = [f"{upper_first(split.title)}{which} in the projection of the training means"]
    names = [name for name, value in own.items() if math.isfinite(value)]
    if names:
        values = listed([f"{name} = {three_digits(own[name])}" for name in names])
        beside = listed([three_digits(train[name]) for name in names])
        whose = "of their own classes " if split.is_foreign else ""
        said.append(f"{whose}{values} ({learnt.title}: {beside})")
    errors = [scalars.get(f"{name}_error", math.nan) for name in (split.name, learnt.name)]
    if math.isfinite(errors[0]):
        known = f" ({learnt.title}: {_percent(errors[1])})" if math.isfinite(errors[1]) else ""
        said.append(f"{_percent(errors[0])} answered wrongly{known}")
    return f"{said[0]}: {'; '.join(said[1:])}." if said[1:] else f"{said[0]}."


def describe_depth_of_split(run: Run, epoch: int, *, imbalanced: bool) -> str:
    """Say what all layers do to the samples of another split, as `describe_depth` does.

    Parameters
    ----------
    run : Run
        As of `Run.drawn_of`.
    epoch : int
        A recorded one.
    imbalanced : bool
    """
    fuzziness = fuzziness_by_layer(run, epoch, run.drawn.name)
    said = describe_depth(names_of(run), fuzziness, fit_law(fuzziness), imbalanced=imbalanced)
    return f"{upper_first(run.drawn.title)}. {said}"


def _numbers(run: Run, epoch: int, layer: int, split: str) -> dict[str, float]:
    def measure() -> dict[str, float]:
        statistics = run.snapshot(epoch).statistics(layer, split)
        if statistics is None:
            return {"D": math.nan, "NC1": math.nan}
        return {"D": separation_fuzziness(statistics), "NC1": nc1(statistics)}

    return cache_of(run).recall(("numbers of split", epoch, layer, split), measure)


def _percent(share: float) -> str:
    return f"{three_digits(100 * share)}\N{NO-BREAK SPACE}%"


def said_of_absent(run: Run, view: View) -> str:
    """Say that a run holds no samples of the split that a view asks for; '' if it does."""
    if run.drawn_of(view.split).drawn.name == (view.split or TRAIN.name):
        return ""
    title = run.split_named(view.split).title
    return f"This run holds no samples of this split ({title}): the training samples are seen."
