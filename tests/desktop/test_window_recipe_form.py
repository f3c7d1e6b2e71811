"""The recipe as a form: what goes in comes out, and what cannot be is named."""

from dataclasses import fields, replace

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QFileDialog
from window_parts import settle

from ncviz.errors import UserError
from ncviz.explorer.room_names import TRAIN
from ncviz.parameters import changed, values_of
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import read_recipe, recipe_from_dict

OTHER = changed(
    Recipe(),
    dataset="mnist",
    data_folder="/data/of mine",
    classes=(0, 2, 5),
    image_size=12,
    images_per_class=33,
    imbalance_ratio=7.123456789,
    majority_classes=2,
    depth=5,
    width=64,
    batch_norm=False,
    activation="gelu",
    linear_layers=2,
    feature_dimension=7,
    normalised_features=True,
    temperature=3.0,
    classifier_bias=False,
    oversampling=3,
    label_noise=0.25,
    labels="random",
    images="random",
    measured_on="rotated 15",
    bias=False,
    loss="focal",
    focusing=3.0,
    optimizer="sgd",
    learning_rate=0.0123456789,
    schedule="cosine",
    weight_decay=1.23456789e-5,
    initial="orthogonal",
    initial_scale=0.5,
    pretrained_on="digits",
    pretraining_epochs=7,
    pretraining_images=40,
    decayed="classifier",
    feature_decay=1e-4,
    phases="4 all, 5 classifier",
    frozen_norm="batch",
    seeds=4,
    batch_size=17,
    epochs=9,
    record="every 3",
    probe_per_class=7,
    measured="training",
    seed=123456789,
)


@pytest.fixture
def room(window):
    window.enter(TRAIN)
    return window.training


@pytest.fixture
def form(room):
    return room.panel.form


def test_every_field_of_a_recipe_was_changed():
    default = values_of(Recipe())
    same = [name for name, value in values_of(OTHER).items() if value == default.get(name)]
    # With another one of these, some of the others would mean nothing.
    alone = ["class_sizes", "merged", "two_label_images", "network", "widths", "classifier"]
    assert same == alone


def test_what_is_shown_is_what_is_trained(form):
    form.set_recipe(Recipe())
    assert form.recipe() == Recipe()
    form.set_recipe(OTHER)
    got = form.recipe()
    changed = {
        f.name: (getattr(OTHER, f.name), getattr(got, f.name))
        for f in fields(Recipe)
        if getattr(got, f.name) != getattr(OTHER, f.name)
    }
    assert changed == {}
    form.set_recipe(Recipe())
    assert form.recipe() == Recipe()


def test_what_is_typed_is_what_is_trained(form, qtbot):
    def choose(box, value):
        box.setCurrentIndex(box.findData(value))

    def fill(field, text):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)

    choose(form["dataset"], "digits")
    fill(form["classes"], "0 1, 7")
    fill(form["images_per_class"], "50")
    fill(form["image_size"], "8")
    fill(form["imbalance_ratio"], "10")
    fill(form["majority_classes"], "1")
    fill(form["seed"], "42")
    fill(form["depth"], "4")
    fill(form["width"], "20")
    choose(form["activation"], "tanh")
    choose(form["loss"], "squared_error")
    choose(form["optimizer"], "momentum")
    fill(form["learning_rate"], "1e-2")
    choose(form["schedule"], "constant")
    choose(form["measured"], "batches")
    fill(form["weight_decay"], "0,001")
    fill(form["batch_size"], "16")
    fill(form["epochs"], "30")
    fill(form["record"], "0, 10, 20")
    qtbot.mouseClick(form["batch_norm"], Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    assert form.recipe() == changed(
        Recipe(),
        dataset="digits",
        classes=(0, 1, 7),
        images_per_class=50,
        image_size=8,
        imbalance_ratio=10.0,
        majority_classes=1,
        seed=42,
        depth=4,
        width=20,
        activation="tanh",
        loss="squared_error",
        optimizer="momentum",
        learning_rate=0.01,
        schedule="constant",
        measured="batches",
        weight_decay=0.001,
        batch_size=16,
        epochs=30,
        record="0, 10, 20",
        batch_norm=False,
    )


@pytest.mark.parametrize(
    ("field", "text", "named"),
    [
        ("learning_rate", "", "learning_rate"),
        ("learning_rate", "fast", "learning_rate: 'fast' is not a number"),
        ("learning_rate", "0", "learning_rate is 0"),
        ("learning_rate", "−1", "learning_rate is -1"),
        ("learning_rate", "101", "learning_rate is 101"),
        ("learning_rate", "nan", "learning_rate is nan"),
        ("learning_rate", "1e999", "learning_rate is inf"),
        ("weight_decay", "-0.1", "weight_decay is -0.1"),
        ("weight_decay", "nan", "weight_decay is nan"),
        ("weight_decay", "11", "weight_decay is 11"),
        ("weight_decay", "half", "weight_decay: 'half' is not a number"),
        ("imbalance_ratio", "0.5", "imbalance_ratio is 0.5"),
        ("imbalance_ratio", "inf", "imbalance_ratio is inf"),
        ("imbalance_ratio", "ten", "imbalance_ratio: 'ten' is not a number"),
        ("classes", "3", "names one class"),
        ("classes", "1, 1", "classes are [1, 1]"),
        ("classes", "-1, 2", "classes are [-1, 2]"),
        ("classes", "1.5, 2", "classes are '1.5, 2'"),
        ("classes", "cats dogs", "classes are 'cats dogs'"),
        ("classes", "0, 10", "10"),
        ("record", "sometimes", "record is 'sometimes'"),
        ("record", "every 0", "record is 'every 0'"),
        ("record", "0, 601", "record is '0, 601'"),
    ],
)
def test_an_impossible_value_is_named_and_nothing_starts(
    window, room, form, runners, qtbot, field, text, named
):
    form[field].setText(text)
    qtbot.mouseClick(room.panel.start, Qt.MouseButton.LeftButton)
    assert window.note.isVisible()
    assert named in window.note.text.text()
    assert not room.work.is_running
    assert all("start" not in runner.asked for runner in runners)
    assert room.panel.pages.currentIndex() == 0
    assert form[field].text() == text, "what was typed stays, to be put right"


def test_a_number_beyond_its_range_is_said_and_nothing_starts(window, room, form, runners, qtbot):
    """Two hundred layers are not twenty."""
    form["depth"].setFocus()
    form["depth"].selectAll()
    qtbot.keyClicks(form["depth"], "200")
    qtbot.mouseClick(room.panel.start, Qt.MouseButton.LeftButton)
    assert window.note.text.text() == "Layers: 200 is above 100: choose a number from 2 to 100."
    assert form["depth"].text() == "200", "what was typed stays, to be put right"
    assert all("start" not in runner.asked for runner in runners)


def test_optimisers_bring_their_published_rate_unless_one_was_chosen(form, qtbot):
    def choose(name):
        form["optimizer"].setCurrentIndex(form["optimizer"].findData(name))
        return form["learning_rate"].text()

    form.set_recipe(Recipe())
    assert (choose("sgd"), choose("momentum"), choose("adam")) == ("0.03", "0.01", "0.001")
    form["depth"].setValue(20)
    assert form["learning_rate"].text() == "0.0003"
    assert "published for Adam near 20 layers: 0.0003" in form["learning_rate"].toolTip()
    form["learning_rate"].setFocus()
    form["learning_rate"].selectAll()
    qtbot.keyClicks(form["learning_rate"], "0,02")
    assert choose("sgd") == "0,02", "it was chosen"
    form["learning_rate"].selectAll()
    qtbot.keyClick(form["learning_rate"], Qt.Key.Key_Delete)
    qtbot.keyClick(form["learning_rate"], Qt.Key.Key_Tab)
    assert form["learning_rate"].text() == "0.01", "an empty field brings the published one back"
    form.set_recipe(Recipe(optimizer="sgd", learning_rate=0.5))
    assert choose("momentum") == "0.5", "a recipe that was opened has chosen"


def test_spin_boxes_hold_what_a_recipe_may_be(form):
    for name, box in (
        ("images_per_class", form["images_per_class"]),
        ("image_size", form["image_size"]),
        ("majority_classes", form["majority_classes"]),
        ("depth", form["depth"]),
        ("width", form["width"]),
        ("batch_size", form["batch_size"]),
        ("epochs", form["epochs"]),
        ("seed", form["seed"]),
    ):
        for value in (box.minimum(), box.maximum()):
            assert (
                values_of(recipe_from_dict({name: value, "record": "all", "batch_norm": False}))[
                    name
                ]
                == value
            )


def test_enter_in_a_field_starts_nothing(room, form, runners, key, window):
    form["learning_rate"].setFocus()
    key(window, Qt.Key.Key_Return)
    key(window, Qt.Key.Key_Enter)
    assert all("start" not in runner.asked for runner in runners)


# Data sets in folders


def test_only_a_full_data_set_asks_for_a_folder(form):
    for key, folder, download in (
        ("fashion-mnist-subset", False, False),
        ("digits", False, False),
        ("fashion-mnist", True, True),
        ("mnist", True, True),
        ("cifar10", True, True),
    ):
        form["dataset"].setCurrentIndex(form["dataset"].findData(key))
        assert form["data_folder"].isVisible() == folder
        assert form.download.isVisible() == download
    assert "170 MB" in form.download.toolTip()


def test_the_folder_is_browsed_for(form, answer, qtbot, tmp_path):
    form["dataset"].setCurrentIndex(form["dataset"].findData("mnist"))
    answer(QFileDialog, "getExistingDirectory", "")
    qtbot.mouseClick(form.browse, Qt.MouseButton.LeftButton)
    assert form["data_folder"].text() == ""
    answer(QFileDialog, "getExistingDirectory", str(tmp_path))
    qtbot.mouseClick(form.browse, Qt.MouseButton.LeftButton)
    assert form.recipe().data_folder == str(tmp_path)


def test_a_home_folder_may_be_written_short(form, user_home):
    form["dataset"].setCurrentIndex(form["dataset"].findData("mnist"))
    form["data_folder"].setText("~/data ")
    assert form.recipe().data_folder == str(user_home / "data")


# Files


def test_a_recipe_is_saved_and_opened(window, room, form, answer_file, tmp_path):
    form.set_recipe(OTHER)
    answer_file(tmp_path / "mine")
    window.commands["train.save"].trigger()
    assert read_recipe(tmp_path / "mine.toml") == form.recipe()
    form.set_recipe(Recipe())
    answer_file(tmp_path / "mine.toml", "getOpenFileName")
    window.commands["train.open"].trigger()
    assert form.recipe().dataset == "mnist"
    assert form.recipe() == read_recipe(tmp_path / "mine.toml")
    # A changed mind changes nothing.
    answer_file("", "getOpenFileName")
    window.commands["train.open"].trigger()
    assert form.recipe().dataset == "mnist"


def test_a_recipe_that_cannot_be_saved_is_told(window, room, answer_file, tmp_path):
    answer_file(tmp_path / "no folder" / "mine.toml")
    window.commands["train.save"].trigger()
    assert "mine.toml cannot be written" in window.note.text.text()


def test_an_impossible_recipe_is_not_asked_a_file_for(window, room, form):
    form["learning_rate"].setText("x")
    window.commands["train.save"].trigger()
    assert "learning_rate" in window.note.text.text()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("width = ", "is not a TOML file"),
        ("wdith = 3", "unknown parameter 'wdith'"),
        ("width = 0", "width is 0"),
        ('dataset = "imagenet"', "imagenet"),
    ],
)
def test_a_wrong_recipe_file_is_told_and_changes_nothing(window, room, form, tmp_path, text, named):
    form.set_recipe(replace(Recipe(), seed=77))
    path = tmp_path / "r.toml"
    path.write_text(text)
    window.opening.open_anything(path)
    assert window.room == TRAIN
    assert named in window.note.text.text()
    assert form.recipe() == replace(Recipe(), seed=77)


def test_a_dropped_recipe_is_shown_from_any_room(window, tmp_path):
    path = tmp_path / "r.toml"
    path.write_text(changed(Recipe(), seed=5, width=17).to_toml())
    window.opening.open_anything(path)
    assert window.room == TRAIN
    assert window.training.panel.form.recipe() == changed(Recipe(), seed=5, width=17)
    assert not window.note.isVisible()


def test_every_choice_has_words(form):
    for box in (form["activation"], form["loss"], form["optimizer"], form["schedule"]):
        for number in range(box.count()):
            assert box.itemText(number) != ""
            assert "_" not in box.itemText(number)


def test_every_field_that_does_not_fit_is_named_and_marked(window, qtbot):
    window.enter(TRAIN)
    form = window.training.panel.form
    form["epochs"].lineEdit().setText("0")
    form["epochs"].interpretText()
    form["learning_rate"].setText("abc")
    form["weight_decay"].setText("-1")
    form["classes"].setText("0, 99")
    with pytest.raises(UserError) as caught:
        form.recipe()
    for words in ("Epochs", "learning_rate", "weight_decay", "classes"):
        assert words in str(caught.value)
    wrong = [form["epochs"], form["learning_rate"], form["weight_decay"], form["classes"]]
    assert all(field.property("wrong") for field in wrong)
    assert not form["record"].property("wrong")
    form["learning_rate"].setText("0.01")
    assert not form["learning_rate"].property("wrong")
    form["epochs"].setValue(5)
    form["record"].setText("0, 6")
    assert form["record"].property("wrong")


def test_undo_takes_back_the_form_and_nothing_elsewhere(window, qtbot):
    window.explorer.set_view(replace(window.explorer.view, show_axes=True))
    axes = window.explorer.view.show_axes
    window.enter(TRAIN)
    form = window.training.panel.form
    before = form.written()
    form["epochs"].lineEdit().setText("abc")
    form["epochs"].interpretText()
    window.doings._history.settle()
    form["optimizer"].setCurrentIndex(form["optimizer"].findData("sgd"))
    assert form.written() != before
    window.doings.undo()
    assert form["optimizer"].currentData() == Recipe().optimizer
    assert form["epochs"].lineEdit().text() == "abc"
    window.doings.undo()
    assert form.written() == before
    assert window.explorer.view.show_axes == axes
    window.doings.redo()
    assert form["epochs"].lineEdit().text() == "abc"


def test_a_field_that_is_written_anew_stays_though_it_is_as_usual_for_a_moment(qtbot, window):
    window.enter(TRAIN)
    form = window.training.panel.form
    form.set_recipe(changed(Recipe(), imbalance_ratio=100.0, majority_classes=2, oversampling=100))
    settle(qtbot, window)
    field = form["oversampling"]
    assert field.isVisible()
    field.setFocus()
    field.selectAll()
    for figure in "10":  # its first figure alone is what it usually is
        qtbot.keyClick(field, figure)
        assert field.isVisible()
    assert values_of(form.recipe())["oversampling"] == 10
    form.set_recipe(Recipe())
    assert not field.isVisible()


def test_unfolded_every_network_fits_its_column(qtbot, window):
    """Of no field is a part cut off at the right."""
    window.enter(TRAIN)
    form = window.rooms[TRAIN].left.form
    form.more.setChecked(True)
    networks = form["network"]
    for number in range(networks.count()):
        networks.setCurrentIndex(number)
        settle(qtbot, window)
        assert form.minimumSizeHint().width() <= form.parentWidget().width()
    assert form.more.text() == "Show less"
