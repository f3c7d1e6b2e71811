"""How a training goes beyond its optimiser: what decays, and which layers train for how long."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import parameter
from ncviz.runs.repeated_recipe import LAST_SEED, MOST_SEEDS
from ncviz.training.beginning import Beginning

if TYPE_CHECKING:
    from torch import nn

ALL, CLASSIFIER = "all", "classifier"
RUNNING, BATCH = "running", "batch"


@dataclass(frozen=True)
class Phase:
    """Some epochs in which some layers are trained.

    Parameters
    ----------
    first, last : int
        Epochs, from 1.
    layers : tuple of str
        As they are called in the run, 'classifier' for the last linear layer; ('all',) for all.
    """

    first: int
    last: int
    layers: tuple[str, ...]

    def trains(self, layer: str) -> bool:
        """Tell whether a layer trains in it."""
        return self.layers == (ALL,) or layer in self.layers


def read_phases(text: str, epochs: int) -> tuple[Phase, ...]:
    """Return the phases of a text such as '30 all, 20 classifier, layer 3 + classifier'.

    Parameters
    ----------
    text : str
        Between commas: how many epochs, and the layers that train, joined by '+'. The last phase
        may leave its number out and lasts until the end.
    epochs : int
        Of the whole training.

    Raises
    ------
    UserError
        If it cannot be understood, or the phases do not fill the epochs.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found, first = [], 1
    for number, part in enumerate(parts):
        match = re.fullmatch(r"(?:(\d{1,9})\s+)?(.*\S)", part)
        names = tuple(name.strip() for name in match[2].split("+")) if match else ()
        count = int(match[1]) if match and match[1] else None
        if not names or not all(names) or count == 0 or (count is None and part != parts[-1]):
            raise UserError(
                tr(
                    "The recipe's phases have {part!r}: write how many epochs and which layers, "
                    "such as 30 all, 20 classifier, layer 3 + classifier.",
                    part=part,
                )
            )
        last = epochs if count is None else first + count - 1
        if last > epochs or last < first or (number == len(parts) - 1 and last != epochs):
            raise UserError(
                tr(
                    "The recipe's phases are {words!r}: they are not {epochs:epoch|epochs} in "
                    "all; leave the last number out.",
                    words=text,
                    epochs=epochs,
                )
            )
        found.append(Phase(first, last, names))
        first = last + 1
    return tuple(found) or (Phase(1, epochs, (ALL,)),)


def _check_phases(text: str, recipe: Any) -> None:
    known = [ALL, *layers_of(recipe)]
    for phase in read_phases(text, recipe.epochs):
        for name in phase.layers:
            if name not in known:
                raise UserError(
                    tr(
                        "The recipe's phases name {name!r}: the layers are {known}.",
                        name=name,
                        known=", ".join(known),
                    )
                )
        if phase.layers == (CLASSIFIER,) and not _classifier_weights(recipe):
            raise UserError(
                tr(
                    "The recipe's phases train the classifier alone from epoch {first}, and the "
                    "classifier {classifier} has no weights: name another layer, too.",
                    first=phase.first,
                    classifier=recipe.classifier,
                )
            )


def _classifier_weights(recipe: Any) -> int:
    recipe.architecture.check(recipe.shape)
    features = recipe.whole_network.features(recipe.shape)
    return int(recipe.last_layer.linear_weights(features, recipe.class_count))


def _check_seeds(seeds: int, recipe: Any) -> None:
    if recipe.seed + seeds - 1 > LAST_SEED:
        raise UserError(
            tr(
                "The recipe's seeds are {seeds} from {seed} on, beyond the last one, "
                "{last_seed}: lower one of them.",
                seeds=seeds,
                seed=recipe.seed,
                last_seed=LAST_SEED,
            )
        )


def layers_of(recipe: Any) -> tuple[str, ...]:
    """Return what phases can name of the network of a recipe, in order."""
    titles = list(recipe.whole_network.layers().values())
    return (*titles, CLASSIFIER)


@dataclass(frozen=True)
class Regimen(Beginning):
    """What is unusual of a training; by default nothing."""

    decayed: str = parameter(
        ALL,
        tr("Which parameters the weight decay makes small."),
        label=tr("Decay of"),
        choices={ALL: tr("All"), "classifier": tr("Classifier")},
        later=True,
        said=lambda name: "" if name == ALL else tr("decay of the classifier"),
        meaning=tr(
            "what the weight decay is on: all parameters, or weight and bias of the classifier "
            "alone, beside which `feature_decay` stands"
        ),
    )
    feature_decay: float = parameter(
        0.0,
        tr(
            "λ_H: half of it times the mean squared norm of the last-layer features joins the loss."
        ),
        label=tr("Feature decay"),
        low=0.0,
        high=10.0,
        later=True,
        said=tr("feature decay {}"),
        meaning="$\\lambda_H$: $\\frac{\\lambda_H}{2}$ times the mean over the batch of "
        "$\\lVert h_i \\rVert^2$ joins the loss, $h_i$ the last-layer features",
    )
    phases: str = parameter(
        "",
        tr("Which layers train for how long, such as 30 all, 20 classifier."),
        empty=tr("all, always"),
        later=True,
        check_in=_check_phases,
        said=tr("phases {}"),
        domain='`"30 all, 20 classifier"`',
        meaning=tr(
            "which layers train for how many epochs, see [below](#phases); the others are "
            "frozen and left out of the optimiser, which begins each phase anew"
        ),
    )
    frozen_norm: str = parameter(
        RUNNING,
        tr("What batch norm uses in layers that a phase freezes."),
        choices={RUNNING: tr("Running statistics"), BATCH: tr("Each batch's own")},
        later=True,
        said=lambda way: "" if way == RUNNING else tr("frozen layers normalise each batch"),
        meaning=tr(
            "what batch norm uses in layers that a phase freezes: its running statistics, so "
            "that nothing of them moves, or those of each batch, which the running ones follow"
        ),
    )
    seeds: int = parameter(
        1,
        tr("The training is repeated with so many seeds, from the one above on; they open as one."),
        low=1,
        high=MOST_SEEDS,
        later=True,
        check_in=_check_seeds,
        meaning=tr(
            "how often the training is repeated: with this seed, the next, …, see [below](#repeats)"
        ),
    )


def layer_of_each(
    network: "nn.Module", layers: Mapping[str, str], names: Sequence[str]
) -> dict[str, str]:
    """Return to which layer each parameter of a network belongs.

    What lies in no measured module belongs to the next one: a stem to the first layer.

    Parameters
    ----------
    network : nn.Module
    layers : mapping of str to str
        Measured modules and what their layers are called; the last is the classifier.
    names : sequence of str
        As of `layers_of`.
    """
    *hidden, classifier = layers
    found: dict[str, str] = {}
    waiting: list[str] = []
    for name, _ in network.named_parameters():
        waiting.append(name)
        inside = [module for module in hidden if name.startswith(f"{module}.")]
        if inside:
            layer = layers[max(inside, key=len)]
        elif name.startswith(f"{classifier}."):
            found |= dict.fromkeys(waiting[:-1], names[-2])
            waiting, layer = waiting[-1:], CLASSIFIER
        else:
            continue
        found |= dict.fromkeys(waiting, layer)
        waiting = []
    return found | dict.fromkeys(waiting, names[-2])


def freeze(
    network: "nn.Module", layer_of: Mapping[str, str], phase: Phase, norm: str = RUNNING
) -> None:
    """Let only the layers of a phase train: others move by no bit, nor do their running means.

    Parameters
    ----------
    network : nn.Module
    layer_of : mapping of str to str
        As `layer_of_each`.
    phase : Phase
    norm : str
        'running', or 'batch': frozen batch norm goes on to normalise each batch, and its running
        means follow.
    """
    network.train()
    for name, weight in network.named_parameters():
        weight.requires_grad_(phase.trains(layer_of[name]))
    for module in network.modules():
        own = list(module.parameters())
        if (
            norm == RUNNING
            and own
            and next(module.buffers(), None) is not None
            and not any(weight.requires_grad for weight in own)
        ):
            module.eval()
