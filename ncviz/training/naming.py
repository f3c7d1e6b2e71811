"""A recipe in words: what tells one training from another, and what a training is."""

from ncviz.language import tr
from ncviz.parameters import declared, values_of
from ncviz.training.data_options import DataOptions
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recipe import Recipe
from ncviz.training.schedules.schedule import schedules
from ncviz.wording import written_number

# What changes a training most, with all parameters of a network; the others follow as declared.
_FIRST = (
    "imbalance_ratio",
    "majority_classes",
    *declared(DataOptions),
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

# What a summary tells in any case, or what is told beside it; so it does of the network.
_TOLD = {
    "classifier",
    "loss",
    "learning_rate",
    "schedule",
    "imbalance_ratio",
    "images_per_class",
    "epochs",
    "seed",
}


def words_for(recipe: Recipe, name: str) -> str:
    """Return what the choice of a recipe is called."""
    return declared(recipe)[name].words(values_of(recipe)[name])


def differences(recipe: Recipe) -> tuple[str, ...]:
    """Return in a few words each what a recipe changes of the published one.

    Returns
    -------
    tuple of str
        What changes the training most comes first. Data set, depth and optimiser are left
        out, since every title names them; so is what changes no number of the training.
    """
    return tuple(_differing(recipe).values())


def _differing(recipe: Recipe) -> dict[str, str]:
    """Return the words of `differences` by the names of their fields."""
    known, values = declared(recipe), values_of(recipe)
    usual = {name: item.default for name, item in known.items()}
    usual["learning_rate"] = recipe.published_rate
    if recipe.imbalance_ratio == 1:
        usual["majority_classes"] = recipe.majority_classes  # without effect
    own = values_of(recipe.architecture)

    def place(name: str) -> int:
        listed = "width" if name in own and name not in _FIRST else name
        return _FIRST.index(listed) if listed in _FIRST else len(_FIRST)

    names = sorted(known, key=place)
    said = {name: known[name].said(values[name]) for name in names if values[name] != usual[name]}
    return {name: words for name, words in said.items() if words}


def training_title(recipe: Recipe, dataset: str) -> str:
    """Return the title of a run: data set, depth, optimiser, and what is not as published.

    Parameters
    ----------
    recipe : Recipe
    dataset : str
        The title of the data set.
    """
    optimizer = optimizers()[recipe.optimizer]
    said = optimizer.said or optimizer.words
    return " · ".join((dataset, recipe.architecture.short, said, *differences(recipe)))


def folder_title(recipe: Recipe) -> str:
    """Return the words that name a training's folder: as its title, with the data set's key."""
    parts = (recipe.dataset, recipe.architecture.short, recipe.optimizer, *differences(recipe))
    return " ".join(parts)


def training_summary(recipe: Recipe) -> str:
    """Say in a sentence how a recipe trains."""
    loss, optimizer = declared(recipe)["loss"], optimizers()[recipe.optimizer]
    images = tr("{images_per_class:image|images} a class", images_per_class=recipe.images_per_class)
    if recipe.imbalance_ratio > 1:
        images = tr(
            "{images} in the majority, R = {imbalance_ratio}",
            images=images,
            imbalance_ratio=written_number(recipe.imbalance_ratio),
        )
    if recipe.dataset != Recipe().dataset:
        images = f"{words_for(recipe, 'dataset')}, {images}"
    told = _TOLD | {*values_of(recipe.architecture), *values_of(recipe.last_layer)}
    more = (words for name, words in _differing(recipe).items() if name not in told)
    images = ", ".join((images, *more))
    return tr(
        "{described}{recipe}; "
        "{loss} by {described_2}, "
        "rate {learning_rate} {described_3}; "
        "{images}; {recipe_2}.",
        described=recipe.architecture.described,
        recipe=_last_layer(recipe),
        loss=loss.said(recipe.loss),
        described_2=optimizer.described or optimizer.words,
        learning_rate=written_number(recipe.learning_rate),
        described_3=schedules()[recipe.schedule].described,
        images=images,
        recipe_2=_seeds(recipe),
    )


def _seeds(recipe: Recipe) -> str:
    more = recipe.regimen.seeds - 1
    return (
        tr("seeds {seed} to {seed_2}", seed=recipe.seed, seed_2=recipe.seed + more)
        if more
        else tr("seed {seed}", seed=recipe.seed)
    )


def _last_layer(recipe: Recipe) -> str:
    """Return what is unusual of the last layer, to go on with the network's description."""
    known, values = declared(recipe), values_of(recipe)
    names = ("classifier", *values_of(recipe.last_layer))
    said = (known[name].said(values[name]) for name in names if values[name] != known[name].default)
    return "".join(f", {words}" for words in said if words)
