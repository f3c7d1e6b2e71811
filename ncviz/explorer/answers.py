"""What is answered when one points at a number or a symbol: a sentence, and what lights up."""

import math
from dataclasses import dataclass, field, replace

from ncviz.concepts import CONCEPTS
from ncviz.explorer.explorer import Explorer
from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.rounding import certain_rank
from ncviz.language import tr
from ncviz.runs.directions import class_groups
from ncviz.runs.gaps import coinciding_classes, gaps_over_spread
from ncviz.runs.layer_names import fuzziness_symbol, layer_in_words
from ncviz.runs.manifest import Manifest
from ncviz.runs.measures import imbalance_ratio
from ncviz.runs.run import Run
from ncviz.scenes.cache import cache_of
from ncviz.terms import notion_called, stretches_of
from ncviz.values_in_words import NOTHING, Facts, percent, times
from ncviz.wording import listed, upper_first


@dataclass(frozen=True)
class Light:
    """What stands out in the scene and in the plots while something is pointed at.

    Parameters
    ----------
    roles : tuple of str
        Of 'samples', 'means', 'classifier', 'etf'; empty for all.
    classes : tuple of int
        Empty for all.
    layer : int or None
        The layer that is meant; None for the one in the scene.
    concept : str
        Key of `ncviz.concepts.CONCEPTS`: lines of plots that show it stand out.
    """

    roles: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    layer: int | None = None
    concept: str = ""

    def __bool__(self) -> bool:
        return bool(self.roles or self.classes or self.layer is not None or self.concept)


NO_LIGHT = Light()


@dataclass(frozen=True)
class Answer:
    """What is said of what is pointed at.

    Parameters
    ----------
    title : str
        What it is, as in 'layer 3 · D₄'.
    sentence : str
        What this value says; may be empty.
    meaning : str
        What such a thing is.
    action : str
        What a click does; empty for nothing.
    light : Light
    """

    title: str
    sentence: str = ""
    meaning: str = ""
    action: str = ""
    light: Light = field(default=NO_LIGHT)

    @property
    def untold(self) -> "Answer":
        """Return what such a thing is, without what this value says."""
        return replace(self, sentence="")

    @property
    def words(self) -> str:
        """Return all that is said, one line each."""
        parts = (self.title, self.sentence, self.meaning, self.action)
        return "\n".join(part for part in parts if part)


def about(
    key: str,
    value: float | None = None,
    facts: Facts = NOTHING,
    *,
    title: str = "",
    action: str = "",
    classes: tuple[int, ...] = (),
    layer: int | None = None,
    roles: tuple[str, ...] | None = None,
) -> Answer:
    """Answer with a notion, and with what its value says.

    Parameters
    ----------
    key : str
        Of `ncviz.concepts.CONCEPTS`.
    value : float or None
        Not looked at where the notion has no values.
    facts : Facts
    title : str
        By default the notion's name.
    action : str
    classes : tuple of int
    layer : int or None
    roles : tuple of str, optional
        By default what the notion lights.
    """
    concept = CONCEPTS[key]
    lit = concept.lights if roles is None else roles
    return Answer(
        title or concept.name,
        concept.sentence(value, facts),
        concept.meaning,
        action,
        Light(lit, classes, layer, key),
    )


def about_word(key: str) -> Answer:
    """Answer with a notion that a sentence speaks of, without a value."""
    concept = CONCEPTS[key]
    light = Light(concept.lights, concept=key)
    return Answer(
        concept.name, meaning=concept.meaning, action=tr("Click opens its card."), light=light
    )


def about_words(words: str, sentence: str = "", concept: str = "") -> Answer:
    """Answer with the notion that words of the window name, if they name one.

    Parameters
    ----------
    words : str
        Of an axis, a caption, a mark.
    sentence : str
        What is said of them there.
    concept : str
        Key of `ncviz.concepts.CONCEPTS` that they mean, where that is known.
    """
    keys = (concept, notion_called(words), *(part.key for part in stretches_of(words, common=True)))
    meaning = next((CONCEPTS[key].meaning for key in keys if key in CONCEPTS), "")
    return Answer(upper_first(words), upper_first(sentence), meaning)


def facts_of(explorer: Explorer, layer: int | None = None, **more: object) -> Facts:
    """Return what a sentence about the open run must know.

    Parameters
    ----------
    explorer : Explorer
        With a run.
    layer : int, optional
        By default the one in the scene.
    **more
        Further fields of `Facts`.
    """
    run = explorer.run
    assert run is not None
    manifest = run.manifest
    number = (explorer.view.layer if layer is None else layer) % len(manifest.layers)
    epoch = explorer.nearest_epoch
    split = run.measured_on(explorer.view.split)
    directions, apart = cache_of(run).recall(
        ("directions and gaps", epoch, number, split.name),
        lambda: _directions_and_gaps(run.snapshot(epoch).statistics(number, split.name)),
    )
    known: dict[str, object] = {
        "classes": len(split.class_names) or manifest.classes,
        "samples": split.samples,
        "width": manifest.layers[number].width,
        "directions": directions,
        "loss": _measured_loss(manifest),
        "last": manifest.epochs or run.epochs[-1],
        "counting": run.counting,
        "imbalance": imbalance_ratio(run),
        "apart": apart,
        "coinciding": coinciding_of(explorer, number),
    }
    return Facts(**{**known, **more})  # type: ignore[arg-type]


def _measured_loss(manifest: Manifest) -> str:
    """Return which loss was measured; '' where a run does not say."""
    # Of checkpoints it always is this one.
    usual = "cross_entropy" if manifest.recipe.get("kind") == "checkpoints" else ""
    return str(manifest.recipe.get("loss", usual))


def coinciding_of(explorer: Explorer, layer: int | None = None) -> tuple[str, ...]:
    """Return the names of the classes that share their mean with another one.

    Parameters
    ----------
    explorer : Explorer
    layer : int, optional
        By default the one in the scene.
    """
    run = explorer.run
    if run is None:
        return ()
    number = (explorer.view.layer if layer is None else layer) % len(run.manifest.layers)
    epoch = explorer.nearest_epoch
    split = run.measured_on(explorer.view.split)
    found = cache_of(run).recall(
        ("coinciding", epoch, number, split.name),
        lambda: coinciding_classes(run, epoch, number, split.name),
    )
    names = split.class_names or run.manifest.class_names
    return tuple(names[k] for k in found)


def _directions_and_gaps(statistics: ClassStatistics | None) -> tuple[int, float]:
    gaps = math.nan if statistics is None else gaps_over_spread(statistics)
    return _directions_of(statistics), gaps


def _directions_of(statistics: ClassStatistics | None) -> int:
    """Return over how many directions D is a sum; 0 if that is not known for certain."""
    if statistics is None:
        return 0
    found = statistics.directions
    return found or certain_rank(statistics.means[statistics.present], statistics.rounding)


def of_layer(explorer: Explorer, layer: int) -> Answer | None:
    """Answer with the D of a layer at this moment.

    Parameters
    ----------
    explorer : Explorer
    layer : int
        From 0, the input; −1 is the last. There is no answer of one that the run lacks.
    """
    if explorer.run is None or explorer.series is None:
        return None
    layers = len(explorer.run.manifest.layers)
    if not -layers <= layer < layers:
        return None
    layer %= layers
    name = layer_in_words(explorer.run.manifest.layers[layer].name)
    value = explorer.series.fuzziness(explorer.nearest_epoch)[layer]
    title = f"{name} · {fuzziness_symbol(layer)}"
    return about("D", value, facts_of(explorer, layer), title=title, layer=layer)


def of_tile(explorer: Explorer, layer: int) -> Answer | None:
    """Answer with the D of a layer, as `of_layer`, and with what the layer has done to it."""
    answer = of_layer(explorer, layer)
    if answer is None or answer.light.layer is None or explorer.series is None:
        return answer
    layer = answer.light.layer
    if layer == 0:
        return answer
    before, now = explorer.series.fuzziness(explorer.nearest_epoch)[layer - 1 : layer + 1]
    if not (0 < before < math.inf and 0 <= now < math.inf):
        return answer
    change = tr("This layer makes the D that it is given {now} as large.", now=times(now / before))
    if abs(now / before - 1) < 5e-3:
        change = tr("This layer leaves the D that it is given as it is.")
    elif now < before:
        change = tr("This layer keeps {now} of the D that it is given.", now=percent(now / before))
    return replace(answer, sentence=f"{answer.sentence} {change}")


def of_title(explorer: Explorer) -> Answer | None:
    """Answer with where the open run is kept and what made it."""
    run = explorer.run
    if run is None:
        return None
    made = run.manifest.command or tr("Nothing is recorded of how it was made.")
    return Answer(run.manifest.title, tr("Kept in {path}.", path=run.path), made)


def of_class(explorer: Explorer, number: int, action: str = "") -> Answer | None:
    """Answer with a class of the open run: how many samples it was trained on."""
    if explorer.run is None or not 0 <= number < len(explorer.run.manifest.drawn_names):
        return None
    if number >= explorer.run.manifest.classes:
        return _of_set(explorer.run, number, action)
    return _of_class(explorer.run.manifest, class_groups(explorer.run)[1], number, action)


def _of_class(manifest: Manifest, minority: tuple[int, ...], number: int, action: str) -> Answer:
    counts, name = manifest.train_counts, manifest.class_names[number]
    sentence = ""
    if counts:
        share = tr(
            "{counts:,} of {counts_2:,} training samples belong to it",
            counts=counts[number],
            counts_2=sum(counts),
        )
        kind = tr(", a minority class") if number in minority else ""
        sentence = f"{share}{kind}."
    meaning = tr("Samples of this class have this hue, in the scene and in the plots.")
    return Answer(name, sentence, meaning, action, Light(classes=(number,), concept="class"))


def _sets_in_words(manifest: Manifest) -> str:
    return tr(
        "Beside the {classes} classes, samples with several labels are trained on and "
        "drawn: {count} sets of labels. All numbers but NC_m and those of "
        "their own splits are of samples with one label.",
        classes=manifest.classes,
        count=len(manifest.label_sets),
    )


def _of_set(run: Run, number: int, action: str) -> Answer:
    names = [run.manifest.class_names[k] for k in run.manifest.labels_of(number)]
    return Answer(
        run.manifest.drawn_names[number],
        tr("Samples with the labels {names}.", names=listed(names)),
        tr("Their mean comes to lie along the sum of these class means. Their hue is a mixture."),
        action,
        Light(classes=(number,), concept="NC_m"),
    )


def minority_of(explorer: Explorer) -> tuple[int, ...]:
    """Return the minority classes of the open run."""
    return () if explorer.run is None else class_groups(explorer.run)[1]


def of_epoch(explorer: Explorer) -> Answer | None:
    """Answer with the epoch of this moment, or the step, as the run counts."""
    if explorer.run is None:
        return None
    return about(explorer.run.counting.unit, explorer.nearest_epoch, facts_of(explorer))


# Last words of how many samples were learned, and of how many moments are recorded.
_SAMPLES = ("images", "texts", "samples")
_RECORDED = ("epoch", "epochs", "snapshot", "snapshots", "checkpoint", "checkpoints")


def of_run(explorer: Explorer) -> dict[str, Answer]:
    """Answer with the facts on the run's card.

    Returns
    -------
    dict of str to Answer
        Under the last word of each fact.
    """
    run = explorer.run
    if run is None:
        return {}
    manifest, counts = run.manifest, run.manifest.train_counts
    sizes = ""
    if counts:
        least, most = min(counts), max(counts)
        sizes = (
            tr("{least:,} of each class.", least=least)
            if least == most
            else tr("{least:,} to {most:,} a class.", least=least, most=most)
        )
    counting = run.counting
    span = upper_first(counting.span(run.epochs[0], run.epochs[-1]))
    several = len(run.epochs) > 1
    rest = (
        tr("; between two of them the picture is interpolated.")
        if several
        else tr(" alone was recorded.")
    )
    meaning = CONCEPTS[counting.unit].meaning
    recorded = Answer(tr("Recorded {units}", units=counting.units), f"{span}{rest}.", meaning)
    classes = tr(
        "K = {classes}: the means span {classes_2} dimensions at most.",
        classes=manifest.classes,
        classes_2=manifest.classes - 1,
    )
    recording = Answer(
        tr("Recording"), tr("This run still grows: new moments come as they are recorded.")
    )
    return {
        "classes": Answer(tr("Classes"), classes, CONCEPTS["class"].meaning),
        "sets": Answer(tr("Label sets"), _sets_in_words(manifest), CONCEPTS["NC_m"].meaning),
        **dict.fromkeys(
            _SAMPLES, Answer(tr("Training samples"), sizes, CONCEPTS["sample"].meaning)
        ),
        **dict.fromkeys(_RECORDED, recorded),
        "missing": Answer(
            tr("Missing snapshots"), tr("They were to be recorded, and are not there.")
        ),
        "recording": recording,
        "early": Answer(tr("Stopped early"), tr("Its user ended the training before its end.")),
        "off": Answer(tr("Broke off"), manifest.message or tr("The training ended by a failure.")),
    }
