"""Whatever a recipe says, it trains or is refused by a sentence that names the parameter."""

import random
import re
from types import SimpleNamespace

import pytest

from ncviz.errors import UserError
from ncviz.parameters import changed, check_value, declared, fitting, value_of
from ncviz.runs.run import Run
from ncviz.training import room
from ncviz.training.forecast import forecast
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict
from ncviz.training.recorded_training import record
from ncviz.training.trainer import Step, train

CHOSEN = ("network", "classifier", "loss", "optimizer", "schedule")
TEXTS = {
    "classes": [(), (0, 1), (0, 1, 2), (3,), (0, 99), (1, 1), (-1, 2)],
    "class_sizes": [(), (3, 3), (5, 4, 3), (1, 1), (0, 3), (10**6, 2), (4,) * 10],
    "merged": ["", "0+1", "0+1, 2+3", "0+99", "0+0", "x", "0+1+2"],
    "phases": ["", "all", "1 all, classifier", "classifier", "layer 1", "block 1", "5 all", "x+"],
    "pretrained_on": ["", "digits", "classes 0 1", "classes 3", "rotated 5", "cifar10", "x"],
    "record": ["default", "all", "every 2", "0", "7", "every 0", "", "0, 1"],
    "measured_on": ["", "rotated 15", "classes 5 6", "classes 0 1", "digits", "noisy 3", "x"],
    "data_folder": ["", "/nonexistent"],
    "widths": [(), (3,), (4, 5), (0,), (10**7,), (2, 2, 2)],
    "drop_epochs": [(), (1,), (5, 9), (0,), (2, 2)],
}


def drawn(item, chance):
    """Return what somebody might write for a parameter, possible or not."""
    if item.name in TEXTS:
        return chance.choice(TEXTS[item.name])
    if item.choices:
        return chance.choice([*item.choices] * 4 + ["nonsense"])
    if item.kind is bool:
        return chance.random() < 0.5
    low, high = item.limits(Recipe())
    low = low or 0
    if item.kind is int:
        some = [*range(int(low), int(low) + 5), 8, 16, int(low) - 1, int(high or 10)]
        return chance.choice(some)
    assert item.kind is float, item.name
    few = [low + step for step in (0.0, 1e-3, 0.1, 0.5, 1.0, 3.0, -1.0)]
    return float(chance.choice([*few, 1e6 if high is None else high, float("nan"), float("inf")]))


def values(seed):
    """Draw a small recipe with some parameters of any kind; kinds are known."""
    chance = random.Random(seed)
    kinds = {}
    for name in CHOSEN:
        if chance.random() < 0.6:
            kinds[name] = chance.choice([*declared(Recipe)[name].choices])
    known = declared(changed(Recipe(), kinds))
    found = {"dataset": "digits", "images_per_class": 4, "image_size": 8, "epochs": 3, **kinds}
    found |= {name: 3 for name in ("depth", "width") if name in known}
    for name, item in known.items():
        if name not in kinds and name != "dataset" and chance.random() < 0.12:
            found[name] = drawn(item, chance)
    return found


def names_one_of(sentence, names):
    return any(re.search(rf"\b{name}\b", sentence) for name in names)


def refusal(check, *arguments):
    """Return the sentence by which something is refused, if it is."""
    try:
        check(*arguments)
    except UserError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("seed", range(6))
def test_a_recipe_trains_or_is_refused_by_name(seed):
    trained = 0
    for number in range(10 * seed, 10 * seed + 10):
        given = values(number)
        plan = fitting(Recipe(), given)
        names, said = {*given, *declared(plan)}, []
        for name, item in declared(plan).items():  # as a form does, field by field
            said.append(refusal(check_value, item, value_of(plan, name), "recipe", plan))
        try:
            recipe = recipe_from_dict(given)
            recipe.check()
            coming = forecast(recipe)
            if coming.parameters > 10**6 or sum(coming.counts) > 500 or recipe.image_size > 32:
                continue  # possible, and not cheap
            trained += any(isinstance(event, Step) for event in train(recipe))
        except UserError as error:
            said.append(str(error))
        assert all(names_one_of(sentence, names) for sentence in filter(None, said)), (given, said)
    assert trained


IMPOSSIBLE = [
    ({"classifier": "etf", "feature_dimension": 2}, "feature_dimension"),
    ({"classifier": "etf", "classifier_bias": False, "phases": "classifier"}, "phases classifier"),
    ({"classifier": "class_means", "phases": "1 all, classifier"}, "phases classifier"),
    ({"phases": "layer 9"}, "phases"),
    ({"phases": "2 all, 3 classifier"}, "phases"),
    ({"network": "densenet", "size": "published", "image_size": 2}, "image_size"),
    ({"network": "torchvision", "model": "alexnet", "image_size": 8}, "image_size"),
    ({"network": "vgg", "image_size": 8}, "image_size"),
    ({"measured_on": "classes 98 99"}, "measured_on dataset"),
    ({"measured_on": "classes 0 1"}, "measured_on classes"),
    ({"network": "residual", "block": "nonsense", "image_size": 9}, "block"),
    ({"oversampling": 5}, "oversampling imbalance_ratio class_sizes"),
    ({"class_sizes": (5, 5), "classes": (0, 1), "oversampling": 2}, "oversampling"),
    ({"class_sizes": (5, 4)}, "class_sizes"),
    ({"class_sizes": (5,) * 10, "imbalance_ratio": 2.0}, "class_sizes imbalance_ratio"),
    ({"imbalance_ratio": 100.0}, "imbalance_ratio images_per_class"),
    ({"imbalance_ratio": 2.0, "majority_classes": 10}, "majority_classes imbalance_ratio"),
    ({"imbalance_ratio": 2.0, "classes": (0, 1), "majority_classes": 2}, "majority_classes"),
    ({"classes": (0, 10)}, "classes dataset"),
    ({"classes": (4,)}, "classes"),
    ({"classes": (0, 1), "merged": "0+1"}, "merged"),
    ({"classes": (0, 1), "merged": "0+5"}, "merged"),
    ({"schedule": "milestones", "drop_epochs": (2, 80)}, "drop_epochs epochs"),
    ({"loss": "focal", "focusing": -1.0}, "focusing"),
    ({"loss": "label_smoothing", "smoothing": 1.0}, "smoothing"),
    ({"loss": "squared_error", "label_weight": 0.0}, "label_weight"),
    ({"loss": "squared_error", "target": 0.0}, "target"),
    ({"classifier": "cosine", "temperature": 0.0}, "temperature"),
    ({"record": "0, 40"}, "record"),
    ({"batch_size": 1}, "batch_size"),
    ({"linear_layers": 9}, "linear_layers"),
    ({"learning_rate": 0.0}, "learning_rate"),
    ({"label_noise": 1.5}, "label_noise"),
]


@pytest.mark.parametrize(("given", "named"), IMPOSSIBLE, ids=lambda each: str(each)[:60])
def test_what_cannot_be_is_refused_before_a_training_and_at_its_field(given, named):
    values = {"dataset": "digits", "images_per_class": 4, "image_size": 8, "epochs": 3, **given}
    plan = fitting(Recipe(), values)
    with pytest.raises(UserError) as refused:
        plan.check()
    assert all(names_one_of(str(refused.value), [name]) for name in named.split()), refused.value
    item = declared(plan)[named.split()[0]]
    assert refusal(check_value, item, value_of(plan, item.name), "recipe", plan)


SMALL = {"dataset": "digits", "images_per_class": 4, "image_size": 8, "epochs": 3, "depth": 3}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"images_per_class": 500}, "images_per_class"),
        ({"class_sizes": (900,) * 10}, "class_sizes"),
        ({"dataset": "nowhere"}, "dataset"),
        ({"network": "torchvision", "model": "mobilenet_v2", "optimizer": "lbfgs"}, "optimizer"),
        ({"phases": "1 all, layer 1 + layer 2, classifier"}, "phases"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_the_data_do_not_have_is_refused_before_a_training(given, named):
    with pytest.raises(UserError, match=named):
        next(train(fitting(Recipe(), {**SMALL, **given})))


def test_want_of_memory_is_told_before_a_training(monkeypatch):
    recipe = changed(Recipe(), SMALL, width=200, optimizer="lbfgs")
    weights = forecast(recipe).parameters
    # Weights, gradients and 22 numbers of L-BFGS; images; all samples behind the widest block.
    expected = 4 * (24 * weights + 40 * 64 + 40 * 2 * 200)
    assert room.needed_memory(recipe) == expected
    monkeypatch.setattr("ncviz.training.trainer.computer_memory", lambda: expected)
    assert any(isinstance(event, Step) for event in train(recipe))
    monkeypatch.setattr("ncviz.training.trainer.computer_memory", lambda: expected - 1)
    with pytest.raises(UserError, match=r"this computer has .* MiB: lower images_per_class"):
        next(train(recipe))
    assert room.computer_memory() > 2**28


def test_want_of_disk_is_told_before_anything_is_written(monkeypatch, tmp_path):
    recipe = changed(Recipe(), SMALL, record="all")
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(UserError, match=r"record fewer epochs \(record\)"):
        record(recipe, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_training_that_diverges_says_so_and_keeps_what_was_recorded(tmp_path):
    wild = {**SMALL, "optimizer": "sgd", "learning_rate": 100.0, "batch_norm": False}
    recipe = changed(Recipe(), wild, loss="squared_error", epochs=40, record="all")
    with pytest.raises(UserError, match=r"diverged at epoch .*: lower the learning rate"):
        record(recipe, tmp_path / "run")
    run = Run(tmp_path / "run")
    assert run.manifest.state == "failed"
    assert "diverged" in run.manifest.message
    assert run.epochs[0] == 0
    assert run.snapshot(run.epochs[-1]).load().scalars
