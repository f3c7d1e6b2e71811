"""A recipe in words: what tells one training from another, and what a training is."""

from ncviz.parameters import declared, values_of
from ncviz.training.recipe import Recipe, published_rate
from ncviz.wording import written_number

# What changes a training most; the others follow as they are declared.
_FIRST = (
    "imbalance_ratio",
    "majority_classes",
    "loss",
    "activation",
    "batch_norm",
    "width",
    "learning_rate",
    "schedule",
    "weight_decay",
    "classes",
    "images_per_class",
)


def words_for(recipe: Recipe, name: str) -> str:
    """Return what the choice of a recipe is called."""
    return declared(recipe)[name].words(values_of(recipe)[name])


def differences(recipe: Recipe) -> tuple[str, ...]:
    """Return in a few words each what a recipe changes of the published one.

    Parameters
    ----------
    recipe : Recipe

    Returns
    -------
    tuple of str
        What changes the training most comes first. Data set, depth and optimiser are left
        out, since every title names them; so is what changes no number of the training.
    """
    known, values = declared(recipe), values_of(recipe)
    usual = {name: item.default for name, item in known.items()}
    usual["learning_rate"] = published_rate(recipe.optimizer, recipe.depth)
    if recipe.imbalance_ratio == 1:
        usual["majority_classes"] = recipe.majority_classes  # without effect
    names = sorted(known, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    said = (known[name].said(values[name]) for name in names if values[name] != usual[name])
    return tuple(words for words in said if words)


def training_title(recipe: Recipe, dataset: str) -> str:
    """Return the title of a run: data set, depth, optimiser, and what is not as published.

    Parameters
    ----------
    recipe : Recipe
    dataset : str
        The title of the data set.
    """
    optimizer = (
        recipe.optimizer if recipe.optimizer == "momentum" else words_for(recipe, "optimizer")
    )
    return " · ".join((dataset, f"{recipe.depth} layers", optimizer, *differences(recipe)))


def folder_title(recipe: Recipe) -> str:
    """Return the words that name a training's folder: as its title, with the data set's key.

    Parameters
    ----------
    recipe : Recipe
    """
    parts = (recipe.dataset, f"{recipe.depth} layers", recipe.optimizer, *differences(recipe))
    return " ".join(parts)


def training_summary(recipe: Recipe) -> str:
    """Say in a sentence how a recipe trains.

    Parameters
    ----------
    recipe : Recipe
    """
    activation = (
        "no activation" if recipe.activation == "identity" else words_for(recipe, "activation")
    )
    batch_norm = "batch norm" if recipe.batch_norm else "no batch norm"
    optimizer = (
        "SGD with momentum" if recipe.optimizer == "momentum" else words_for(recipe, "optimizer")
    )
    schedule = {"steps": "divided by 10 twice", "constant": "constant", "cosine": "on a cosine"}
    images = f"{recipe.images_per_class:,} images a class"
    if recipe.imbalance_ratio > 1:
        images = f"{images} in the majority, R = {written_number(recipe.imbalance_ratio)}"
    return (
        f"{recipe.depth} layers of width {recipe.width}, {activation}, {batch_norm}; "
        f"{declared(recipe)['loss'].said(recipe.loss)} by {optimizer}, "
        f"rate {written_number(recipe.learning_rate)} {schedule[recipe.schedule]}; "
        f"{images}; seed {recipe.seed}."
    )
