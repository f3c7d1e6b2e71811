"""A recipe in words: what tells one training from another, and what a training is."""

from ncviz.training.recipe import Recipe, published_rate
from ncviz.wording import written_number

WORDS = {
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "tanh": "tanh",
    "gelu": "GELU",
    "identity": "none",
    "cross_entropy": "Cross-entropy",
    "label_smoothing": "Label smoothing",
    "focal": "Focal",
    "squared_error": "Squared error",
    "adam": "Adam",
    "sgd": "SGD",
    "momentum": "Momentum",
    "steps": "÷10 twice",
    "constant": "Constant",
    "cosine": "Cosine",
    "evaluation": "Running statistics",
    "training": "Each split's own",
    "batches": "Batches of 100, as published",
}
"""What the choices of a recipe are called."""


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
    default = Recipe()
    rate = published_rate(recipe.optimizer, recipe.depth)
    schedules = {"constant": "constant rate", "cosine": "cosine schedule"}
    measured = {
        "evaluation": "measured in evaluation mode",
        "training": "measured in training mode",
        "batches": "measured in batches",
    }
    imbalanced = recipe.imbalance_ratio > 1
    words = (
        (imbalanced, f"imbalance {written_number(recipe.imbalance_ratio)}"),
        (
            imbalanced and recipe.majority_classes != default.majority_classes,
            f"{recipe.majority_classes} majority",
        ),
        (recipe.loss != default.loss, _loss(recipe)),
        (
            recipe.activation != default.activation,
            "linear" if recipe.activation == "identity" else WORDS[recipe.activation],
        ),
        (not recipe.batch_norm, "no batch norm"),
        (recipe.width != default.width, f"width {recipe.width}"),
        (recipe.learning_rate != rate, f"rate {written_number(recipe.learning_rate)}"),
        (recipe.schedule != default.schedule, schedules.get(recipe.schedule, recipe.schedule)),
        (
            recipe.weight_decay != default.weight_decay,
            f"weight decay {written_number(recipe.weight_decay)}",
        ),
        (recipe.classes != (), f"classes {' '.join(map(str, recipe.classes))}"),
        (
            recipe.images_per_class != default.images_per_class,
            f"{recipe.images_per_class} images a class",
        ),
        (recipe.image_size != default.image_size, f"{recipe.image_size} pixels a side"),
        (recipe.batch_size != default.batch_size, f"batch {recipe.batch_size}"),
        (recipe.epochs != default.epochs, f"{recipe.epochs} epochs"),
        (recipe.measured != default.measured, measured[recipe.measured]),
        (recipe.seed != default.seed, f"seed {recipe.seed}"),
    )
    return tuple(text for differs, text in words if differs)


def training_title(recipe: Recipe, dataset: str) -> str:
    """Return the title of a run: data set, depth, optimiser, and what is not as published.

    Parameters
    ----------
    recipe : Recipe
    dataset : str
        The title of the data set.
    """
    optimizer = recipe.optimizer if recipe.optimizer == "momentum" else WORDS[recipe.optimizer]
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
    activation = "no activation" if recipe.activation == "identity" else WORDS[recipe.activation]
    batch_norm = "batch norm" if recipe.batch_norm else "no batch norm"
    optimizer = "SGD with momentum" if recipe.optimizer == "momentum" else WORDS[recipe.optimizer]
    schedule = {"steps": "divided by 10 twice", "constant": "constant", "cosine": "on a cosine"}
    images = f"{recipe.images_per_class:,} images a class"
    if recipe.imbalance_ratio > 1:
        images = f"{images} in the majority, R = {written_number(recipe.imbalance_ratio)}"
    return (
        f"{recipe.depth} layers of width {recipe.width}, {activation}, {batch_norm}; "
        f"{_loss(recipe)} by {optimizer}, "
        f"rate {written_number(recipe.learning_rate)} {schedule[recipe.schedule]}; "
        f"{images}; seed {recipe.seed}."
    )


def _loss(recipe: Recipe) -> str:
    words = WORDS[recipe.loss].lower()
    return "focal loss" if words == "focal" else words
