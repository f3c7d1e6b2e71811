"""The caption of a run at a moment: of the scene, and of all its layers."""

from ncviz.charts.numbers import Numbers
from ncviz.explorer.caption import describe_moment
from ncviz.explorer.depth_words import describe_depth
from ncviz.explorer.moment_facts import facts_at
from ncviz.explorer.split_words import describe_split, said_of_absent
from ncviz.runs.directions import class_groups
from ncviz.runs.layer_names import names_of
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN
from ncviz.scenes.view import View
from ncviz.wording import upper_first


def say_moment(run: Run, series: Numbers, view: View, epoch: int) -> str:
    """Say in a sentence or two what is to be seen.

    Parameters
    ----------
    run : Run
    series : Numbers
        Of the split whose numbers the view shows.
    view : View
    epoch : int
        A recorded one.
    """
    split = run.measured_on(view.split)
    if split is not TRAIN:
        return describe_split(run, split, epoch, view.layer)
    moment = epoch, view.layer, view.shown_classes(run.manifest.classes), view.hidden, view.shadow
    return f"{said_of_absent(run, view)} {describe_moment(facts_at(run, series, *moment))}".lstrip()


def say_depth(run: Run, series: Numbers, view: View, epoch: int) -> str:
    """Say in a sentence what all layers do; the parameters are those of `say_moment`."""
    fuzziness, law = series.fuzziness(epoch), series.law(epoch)
    imbalanced = bool(class_groups(run)[1])
    said = describe_depth(names_of(run), fuzziness, law, imbalanced=imbalanced)
    split = run.measured_on(view.split)
    if split is TRAIN:
        return said
    return f"{upper_first(split.title)}. {said}"
