"""Checkpoints into the window: the guided dialog, and the run while it is recorded."""

import math
import os
from dataclasses import replace
from functools import partial

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QApplication, QMessageBox
from window_parts import ScriptedRunner, settle

from ncviz.desktop.recording.checkpoint_table import EPOCH, SAID, CheckpointTable
from ncviz.desktop.recording.record_dialog import DATA, FILES, LAYERS, MODEL, RECORD
from ncviz.desktop.widgets.form_parts import choose
from ncviz.jobs.messages import Answered, Failed, Finished, Unanswered
from ncviz.jobs.runner import RecordedEpoch
from ncviz.parameters import changed
from ncviz.recording.recording_messages import FileProgress, Inspected, LayerNode, Looked, Skipped
from ncviz.recording.recording_runner import RecordRunner
from ncviz.runs.run import Run
from ncviz.runs.writer import RunWriter

BAD = "epoch_2.pt is damaged: it ends too early."
MISFIT = (
    "epoch_0.pt does not fit resnet34: it lacks layer1.2.conv1.weight. Likely cause: another "
    "depth or variant of this model."
)


class ScriptedRecorder(ScriptedRunner):
    """Records nothing: tests put its messages, and read what it was asked."""

    def __init__(self):
        super().__init__()
        self.questions = []
        self.plan = None

    def ask(self, _question, plan):
        self.questions.append(plan)

    def start(self, plan, out):
        self.plan, self.out = plan, out


@pytest.fixture
def recorders(monkeypatch):
    made = []

    def make():
        made.append(ScriptedRecorder())
        return made[-1]

    monkeypatch.setattr("ncviz.recording.recording_runner.RecordRunner", make)
    return made


@pytest.fixture
def folder(tmp_path):
    """A folder of checkpoints, as far as names go."""
    path = tmp_path / "ckpt"
    path.mkdir()
    for epoch in (0, 1, 2, 10):
        (path / f"epoch_{epoch}.pt").write_bytes(b"PK")
    (path / "notes.txt").write_text("not mine")
    return path


def drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), action, data, Qt.MouseButton.LeftButton, none))


def node(name, kind="Conv2d", shape=(8, 4, 4), chosen=False, note="", children=()):
    label = name.rpartition(".")[2]
    return LayerNode(name, label, kind, shape, shape[0], chosen, note, tuple(children))


def looked(folder):
    files = tuple(str(folder / f"epoch_{e}.pt") for e in (0, 1, 10))
    skipped = (Skipped(str(folder / "epoch_2.pt"), BAD),)
    return Looked(
        files=files,
        epochs=(0, 1, 10),
        skipped=skipped,
        model="torchvision:resnet34",
        like="a ResNet by their names",
        classes=10,
        places=("model", "ema"),
        place="model",
    )


def inspected(folder):
    tree = (
        node("conv1"),
        node(
            "layer1",
            "Sequential",
            chosen=True,
            children=(node("layer1.0", "BasicBlock"), node("layer1.1", "BasicBlock")),
        ),
        node("fc", "Linear", (10,), note="classifier"),
    )
    return Inspected(
        title="resnet34",
        tree=tree,
        layers=(("input", 64), ("layer1", 8), ("features", 8)),
        classifier="fc",
        epochs=(0, 1, 10),
        files=looked(folder).files,
        skipped=(),
        class_names=tuple("0123456789"),
        notes=("grey images repeated to 3 channels",),
        classifier_weight="fc.weight",
    )


@pytest.fixture
def dialog(window, recorders, folder, qtbot):
    """The dialog with a folder that was dropped and looked at."""
    drop(window, folder)
    dialog = window.recording.dialog
    recorders[-1].messages = [Answered(looked(folder))]
    qtbot.waitUntil(lambda: dialog.files.looked is not None)
    yield dialog
    window.recording.close()
    dialog.deleteLater()
    window.recording.dialog = None
    window.busy.say("recording", "")
    settle(qtbot, window)


@pytest.fixture
def at_layers(dialog, recorders, folder, qtbot):
    """The dialog with its model and data chosen and the network inspected."""
    for number in (MODEL, DATA, LAYERS):
        dialog.go_on()
        assert dialog.number == number
    await_question(qtbot, recorders, "RecordPlan")
    recorders[-1].messages = [Answered(inspected(folder))]
    qtbot.waitUntil(lambda: dialog.layers.inspected is not None)
    return dialog


def await_question(qtbot, recorders, kind):
    count = len(recorders[-1].questions)

    def asked():
        questions = recorders[-1].questions
        return questions and type(questions[-1]).__name__ == kind

    if count and asked():
        return recorders[-1].questions[-1]
    qtbot.waitUntil(asked)
    return recorders[-1].questions[-1]


def rows(dialog):
    table = dialog.files.table
    return [
        tuple(table.data(table.index(row, column)) for column in range(3))
        for row in range(table.rowCount())
    ]


def type_epoch(dialog, row, text):
    table = dialog.files.table
    table.setData(table.index(row, 0), text)


# Files


def test_a_dropped_folder_is_looked_through(window, dialog, recorders, folder):
    assert dialog.isVisible()
    plan = recorders[-1].questions[0]
    assert (plan.checkpoints, plan.weights) == ((str(folder),), "")
    assert rows(dialog) == [
        ("", "epoch_2.pt", "is damaged: it ends too early."),
        ("0", "epoch_0.pt", ""),
        ("1", "epoch_1.pt", ""),
        ("10", "epoch_10.pt", ""),
    ]
    assert "3 checkpoints, epochs 0 to 10 · 1 left out" in dialog.files.summary.text()


def test_dropped_files_arrive_together(window, recorders, folder):
    drop(window, folder / "epoch_0.pt", folder / "epoch_10.pt")
    assert len(window.recording.dialog.files.files) == 2
    assert len(recorders[-1].questions) == 1
    window.recording.close()
    window.recording.dialog.deleteLater()
    window.recording.dialog = None


def test_a_dropped_run_is_opened_as_before(window, recorders, growing_run):
    drop(window, growing_run.path)
    assert window.explorer.run.path == growing_run.path
    assert window.recording.dialog is None


def test_a_bad_file_says_its_sentence_and_can_be_removed(dialog, recorders, qtbot):
    dialog.files.list.setCurrentIndex(dialog.files.table.index(0, 1))
    assert dialog.files.list_field.fault.sentence == BAD
    dialog.files.list.setFocus()
    qtbot.keyClick(dialog.files.list, Qt.Key.Key_Delete)
    assert not any("epoch_2.pt" in name for name in dialog.files.files)
    assert len(recorders[-1].questions) == 2


def test_another_set_of_weights_is_looked_at_anew(dialog, recorders, folder, qtbot):
    assert not dialog.files.place_field.isHidden()
    choose(dialog.files.place, "ema")
    dialog.files.place.activated.emit(2)
    assert recorders[-1].questions[-1].weights == "ema"
    recorders[-1].messages = [Answered(replace(looked(folder), place="ema"))]
    qtbot.waitUntil(lambda: dialog.files.looked is not None)
    assert dialog.plan(MODEL + 2).weights == "ema"


def test_the_weights_are_those_of_the_trained_network_unless_another_is_named(dialog):
    items = [dialog.files.place.itemText(n) for n in range(dialog.files.place.count())]
    assert items == ["model, chosen by ncviz", "ema"]
    assert dialog.plan(MODEL + 2).weights == ""


def test_a_network_that_one_chose_is_not_called_that_of_ncviz(dialog, folder):
    choose(dialog.files.place, "ema")
    dialog.files.show_looked(replace(looked(folder), place="ema"))
    items = [dialog.files.place.itemText(n) for n in range(dialog.files.place.count())]
    assert items == ["model, chosen by ncviz", "ema"]
    assert dialog.files.place.currentText() == "ema"


def test_the_list_shows_long_names_within_its_width(dialog, folder):
    files = tuple(str(folder / f"{'a-long-name-' * 20}epoch-{n}.pt") for n in range(60))
    for skipped in ((), (Skipped(str(folder / "epoch_2.pt"), BAD),)):
        dialog.files.show_looked(Looked(files, tuple(range(60)), skipped))
        QApplication.processEvents()
        view = dialog.files.list
        assert view.horizontalHeader().length() <= view.viewport().width()
        assert view.isColumnHidden(SAID) == (not skipped)
        assert view.verticalScrollBar().maximum() > 0


def test_a_correction_leaves_one_at_the_file(dialog, recorders, folder, qtbot):
    files = tuple(str(folder / f"net_{n}.pt") for n in range(60))
    dialog.files.show_looked(Looked(files, tuple(range(60)), ()))
    view = dialog.files.list
    view.setFocus()
    view.setCurrentIndex(dialog.files.table.index(50, EPOCH))
    view.edit(view.currentIndex())
    editor = QApplication.focusWidget()
    editor.setText("70")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    typed = {files[50]: 70}
    qtbot.waitUntil(lambda: recorders[-1].questions[-1].epochs == typed)
    assert dialog.files.table.rowCount() == 60, "the list stays while the files are read again"
    epochs = (*range(50), *range(51, 60), 70)
    dialog.files.show_looked(Looked((*files[:50], *files[51:], files[50]), epochs, ()))
    assert view.currentIndex().row() == 59
    assert view.viewport().rect().intersects(view.visualRect(view.currentIndex()))
    assert QApplication.focusWidget() is view


def test_reasons_go_on_after_the_name_of_the_file():
    path = "/home/ada/run/model_best.pth.tar"
    twin = Skipped(path, f"{path} is of epoch 8, as /home/ada/run/checkpoint-8.pth.tar is.")
    assert twin.reason == "is of epoch 8, as checkpoint-8.pth.tar is."
    assert Skipped("last.pt", "last.pt is damaged.").reason == "is damaged."
    assert Skipped("a/b.pt", "says no epoch").reason == "says no epoch"


def test_sentences_name_the_fields_of_the_dialog_and_no_options(at_layers, folder):
    note = "weights of model, not of ema (--weights names another)"
    at_layers.layers.show_inspected(replace(inspected(folder), notes=(note,)))
    assert "(the list of networks in step 1 names another)" in at_layers.layers.summary.text()
    at_layers.layers.show_failed("Digits has no test samples: choose --split train.")
    said = at_layers.layers.tree_field.fault.sentence
    assert said == "Digits has no test samples: choose 'Training' in step 3."


def test_code_that_reads_the_files_runs_after_a_yes(dialog, recorders):
    questions = recorders[-1].questions
    asked = len(questions)
    dialog.files.loader.line.setText("mine.files:read")
    assert not dialog.files.loader.consent_field.isHidden()
    assert len(questions) == asked
    dialog.go_on()
    assert "say yes" in dialog.files.loader.consent_field.fault.sentence
    dialog.files.loader.consent.setChecked(True)
    assert (questions[-1].load, questions[-1].trusted) == ("mine.files:read", True)
    # A yes to other code does not count.
    dialog.files.loader.line.setText("mine.files:write")
    assert not dialog.files.loader.consent.isChecked()
    assert (questions[-1].load, questions[-1].trusted) == ("", False)


def test_what_is_wrong_with_the_files_is_said_at_the_list(dialog, recorders, tmp_path, qtbot):
    dialog.files.put((str(tmp_path / "empty"),))
    recorders[-1].messages = [Unanswered("The folder empty holds no checkpoint.")]
    fault = dialog.files.list_field.fault
    qtbot.waitUntil(lambda: "holds no checkpoint" in fault.sentence)
    dialog.go_on()
    assert dialog.number == MODEL, "what was added is in the plan, and the recording says it again"


def test_an_epoch_is_corrected_by_hand(dialog, recorders, folder, qtbot):
    type_epoch(dialog, 3, "12")
    plan = recorders[-1].questions[-1]
    assert plan.epochs == {str(folder / "epoch_10.pt"): 12}
    recorders[-1].messages = [Answered(replace(looked(folder), epochs=(0, 1, 12)))]
    qtbot.waitUntil(lambda: dialog.files.looked is not None)
    assert rows(dialog)[3][:2] == ("12", "epoch_10.pt")
    assert dialog.plan(DATA + 1).epochs == plan.epochs
    assert "--epochs" in dialog.plan(DATA + 1).command()
    count = len(recorders[-1].questions)
    type_epoch(dialog, 3, "twelve")
    assert "no number from 0" in dialog.files.list_field.fault.sentence
    type_epoch(dialog, 3, "12")
    assert len(recorders[-1].questions) == count, "nothing is new"
    type_epoch(dialog, 3, "")
    assert recorders[-1].questions[-1].epochs == {}


def test_the_pattern_of_epochs_can_be_written(dialog, recorders, folder, qtbot):
    dialog.files.pattern.setText("epoch_*.pt")
    dialog.files.pattern.editingFinished.emit()
    assert "write {epoch} once" in dialog.files.pattern_field.fault.sentence
    dialog.files.pattern.setText("epoch_{step}.pt")
    dialog.files.pattern.editingFinished.emit()
    assert dialog.files.pattern_field.fault.sentence == ""
    assert recorders[-1].questions[-1].epoch_pattern == "epoch_{step}.pt"
    recorders[-1].messages = [Answered(replace(looked(folder), said="The numbers count steps."))]
    qtbot.waitUntil(lambda: dialog.files.looked is not None)
    assert "The numbers count steps" in dialog.files.summary.text()
    assert dialog.plan(DATA + 1).epoch_pattern == "epoch_{step}.pt"


def test_files_without_epochs_wait_for_them(dialog, recorders, folder, qtbot):
    type_epoch(dialog, 3, "7")
    unknown = tuple(Skipped(str(folder / f"{name}.pt"), "says no epoch") for name in "ab")
    recorders[-1].messages = [Answered(Looked((), (), unknown, said="a.pt says no epoch."))]
    qtbot.waitUntil(lambda: dialog.files.looked is not None)
    assert "type the epochs into the list" in dialog.files.list_field.fault.sentence
    assert rows(dialog) == [("", "a.pt", "says no epoch"), ("", "b.pt", "says no epoch")]
    dialog.go_on()
    assert dialog.number == FILES
    type_epoch(dialog, 1, "3")
    assert recorders[-1].questions[-1].epochs[str(folder / "b.pt")] == 3


def test_reading_shows_how_far_it_is_and_can_be_cancelled(dialog, recorders, folder, qtbot):
    dialog.files.put((str(folder),))
    assert not dialog.files.cancel.isHidden()
    recorders[-1].messages = [FileProgress(1_200, 60_000, "x.pt", math.nan, "Reading")]
    qtbot.waitUntil(lambda: "x.pt" in dialog.files.summary.text())
    assert dialog.files.summary.text() == "Reading x.pt · 1,200 of 60,000"
    dialog.files.cancel.click()
    assert recorders[-1].asked[-1] == "forget"
    assert dialog.files.cancel.isHidden()
    assert not dialog.work.is_asking


def test_very_many_files_cost_the_window_nothing(window, dialog, recorders, folder, monkeypatch):
    """None of them is looked at, and no row is made: only those that are seen are asked for."""
    files = tuple(f"/nowhere/net_{number}.pt" for number in range(60_000))
    looks = {name: getattr(os, name) for name in ("stat", "lstat", "scandir")}

    def only_elsewhere(name, path=".", *more, **how):
        if str(path).startswith("/nowhere"):
            pytest.fail(f"{name} was called")
        return looks[name](path, *more, **how)

    for name in looks:
        monkeypatch.setattr(os, name, partial(only_elsewhere, name))
    asked = []
    epoch = CheckpointTable.epoch
    monkeypatch.setattr(CheckpointTable, "epoch", lambda t, row: asked.append(row) or epoch(t, row))
    window.opening.open_dropped(files)
    assert len(recorders[-1].questions[-1].checkpoints) == 1 + len(files)
    dialog.files.show_looked(Looked(files, tuple(range(60_000)), ()))
    QApplication.processEvents()
    assert dialog.files.table.rowCount() == 60_000
    assert 0 < len(set(asked)) < 200


def test_of_very_many_files_those_that_are_no_checkpoints_are_counted(window, dialog, recorders):
    window.opening.open_dropped(
        [f"/nowhere/{n}.{kind}" for n in range(400) for kind in ("pt", "png")]
    )
    assert len(recorders[-1].questions[-1].checkpoints) == 1 + 400
    assert "400 of the 800 files are no checkpoints" in window.note.text.text()


def test_without_files_one_does_not_go_on(window, recorders):
    window.commands["file.record"].trigger()
    dialog = window.recording.dialog
    dialog.go_on()
    assert dialog.number == FILES
    assert dialog.files.list_field.fault.sentence == "Add the checkpoints first."
    dialog.rail[LAYERS].click()
    assert dialog.number == FILES
    window.recording.close()
    dialog.deleteLater()
    window.recording.dialog = None


# Model and data


def test_where_no_model_of_torchvision_fits_code_is_asked_for(dialog, folder):
    tried = "The names of the weights are those of none of torchvision's families."
    dialog._answered(replace(looked(folder), model="", tried=tried))
    dialog.go_to(MODEL)
    assert dialog.model.kind.value == "code"
    assert dialog.model.suggestion.text() == tried
    assert dialog.model.suggestion.isVisible()
    dialog.go_on()
    assert "Name a function" in dialog.model.code.field.fault.sentence
    dialog._answered(looked(folder))  # other files
    assert dialog.model.spec == "torchvision:resnet34"


def test_a_folder_of_hugging_face_and_a_network_of_timm_are_recognised(dialog, folder):
    dialog.go_to(MODEL)
    dialog._answered(replace(looked(folder), model=f"hf:{folder}"))
    assert dialog.model.spec == f"hf:{folder}"
    assert "config.json" in dialog.model.suggestion.text()
    assert dialog.model.hub_field.isVisible()
    assert not dialog.model.torchvision_field.isVisible()
    dialog._answered(replace(looked(folder), model="timm:vit_tiny_patch16_224"))
    assert dialog.model.spec == "timm:vit_tiny_patch16_224"
    assert "vit_tiny_patch16_224" in dialog.model.suggestion.text()
    assert dialog.plan(DATA + 1).model == "timm:vit_tiny_patch16_224"
    dialog._blame("timm cannot be imported: install it.")
    assert "timm" in dialog.model.timm_field.fault.sentence


def test_a_file_of_onnx_is_recognised(dialog, folder):
    dialog.go_to(MODEL)
    dialog._answered(replace(looked(folder), model="onnx:nets/a.onnx"))
    assert dialog.model.spec == dialog.plan(DATA + 1).model == "onnx:nets/a.onnx"
    assert "ONNX" in dialog.model.suggestion.text()
    assert dialog.model.onnx_field.isVisible()
    assert not dialog.model.arguments_field.isVisible()
    dialog._blame("onnx cannot be imported: install it with pip install 'ncviz[onnx]'.")
    assert "pip install" in dialog.model.onnx_field.fault.sentence


def test_an_empty_name_or_folder_is_asked_for(dialog):
    dialog.go_to(MODEL)
    model = dialog.model
    for kind, part, field in (
        ("timm", model.timm.setEditText, model.timm_field),
        ("hf", model.hub.set_text, model.hub_field),
        ("onnx", model.onnx.set_text, model.onnx_field),
    ):
        model.kind.button(kind).click()
        part("")
        dialog.go_on()
        assert dialog.number == MODEL
        assert field.fault.sentence.startswith("Name ")
    model.kind.button("hf").click()
    model.hub.set_text("my folder")
    assert "--model 'hf:my folder'" in dialog.plan(DATA + 1).command()


def test_the_model_is_guessed_from_the_files(dialog):
    assert dialog.model.spec == "torchvision:resnet34"
    dialog.model["model_args"].setText("num_classes=10, width_per_group=64, norm=None")
    plan = dialog.plan(DATA + 1)
    assert plan.model_args == {"num_classes": 10, "width_per_group": 64, "norm": None}
    dialog.model["model_args"].setText("num_classes")
    dialog.go_to(MODEL)
    dialog.go_on()
    assert dialog.number == MODEL
    assert "write NAME=VALUE" in dialog.model.arguments_field.fault.sentence


def test_code_is_asked_about_before_anything_is_imported(dialog, recorders):
    dialog.go_to(MODEL)
    dialog.model.kind.button("code").click()
    dialog.model.code.line.setText("my_models:make")
    dialog.go_on()
    assert dialog.number == MODEL
    assert "say yes" in dialog.model.code.consent_field.fault.sentence
    assert dialog.model.code.consent.text() == "Yes, import and run my_models:make"
    assert not any(question.model for question in recorders[-1].questions)
    dialog.model.code.consent.click()
    dialog.go_on()
    assert dialog.number == DATA
    plan = dialog.plan(DATA + 1)
    assert (plan.model, plan.trusted) == ("my_models:make", True)
    dialog.model.code.line.setText("other:make")
    assert not dialog.model.code.consent.isChecked(), "a yes to other code does not count"


def test_each_code_needs_its_own_yes(dialog):
    dialog.go_to(MODEL)
    dialog.model.kind.button("code").click()
    dialog.model.code.line.setText("my_models:make")
    dialog.model.code.consent.click()
    dialog.go_on()
    dialog.data.kind.button("code").click()
    dialog.data.code.line.setText("my_data:load")
    dialog.data.transform.line.setText("my_data:prepare")
    dialog.data.code.consent.click()
    dialog.go_on()
    assert dialog.number == DATA
    assert "say yes" in dialog.data.transform.consent_field.fault.sentence


def test_class_sizes_and_pixel_range_are_told(dialog, tmp_path):
    data = dialog.data
    data["train_counts"].setText("400, 400,40")
    assert dialog.plan(DATA + 1).train_counts == "400, 400,40"
    data.kind.button("folder").click()
    data.folder.set_text(str(tmp_path))
    data["pixel_range"].setText("0..4095")
    assert dialog.plan(DATA + 1).pixel_range == "0..4095"
    data.kind.button("known").click()
    assert dialog.plan(DATA + 1).pixel_range == ""  # of such sets it is known


def test_torchvision_alone_is_not_trusted(dialog):
    plan = dialog.plan(DATA + 1)
    assert plan.runs_code == ()
    assert not plan.trusted


@pytest.mark.parametrize(
    ("kind", "words"), [("folder", "folder of images"), ("npz", "file of arrays")]
)
def test_missing_data_are_said_at_their_field(dialog, kind, words, tmp_path):
    dialog.go_to(DATA)
    dialog.data.kind.button(kind).click()
    dialog.go_on()
    field = dialog.data.folder_field if kind == "folder" else dialog.data.npz_field
    assert words in field.fault.sentence
    field.part.set_text(str(tmp_path / "nowhere"))
    dialog.go_on()
    assert dialog.number == DATA
    assert "There is no" in field.fault.sentence


def test_the_data_become_the_plan(dialog, tmp_path):
    data = dialog.data
    choose(data.known, "digits")
    choose(data["split"], "test")
    data["per_class"].setValue(30)
    data["probe_per_class"].setValue(12)
    data["seed"].setValue(5)
    data["size"].setValue(64)
    choose(data.scale, "")
    data.own_scale.setText("0.286/0.353")
    data["splits"].setText("turned=photos, letters=l.npz")
    plan = dialog.plan(DATA + 1)
    assert plan.splits == {"turned": "photos", "letters": "l.npz"}
    assert (plan.data, plan.split, plan.per_class, plan.probe_per_class) == (
        "digits",
        "test",
        30,
        12,
    )
    assert (plan.seed, plan.size, plan.normalise) == (5, 64, "0.286/0.353")


@pytest.mark.parametrize(
    ("written", "words"),
    [("a=b, a=c", "two splits called 'a'"), ("b", "gives no split"), ("a=my.data:f", "no code")],
)
def test_wrong_splits_are_said_at_their_field(dialog, written, words):
    dialog.go_to(DATA)
    dialog.data["splits"].setText(written)
    dialog.go_on()
    assert dialog.number == DATA
    assert words in dialog.data.splits_field.fault.sentence


# Layers


def test_the_tree_shows_what_will_be_recorded(at_layers):
    tree = at_layers.layers.tree
    assert at_layers.layers.ticked() == ("layer1",)
    assert [tree.topLevelItem(k).text(0) for k in range(3)] == [
        "conv1  Conv2d",
        "layer1  Sequential",
        "fc  Linear · classifier",
    ]
    assert tree.topLevelItem(0).text(1) == "8×4×4"
    summary = at_layers.layers.summary.text()
    assert "resnet34 fits 3 checkpoints" in summary
    assert "classifier fc, its matrix fc.weight" in summary
    assert "grey images repeated" in summary


def test_own_ticks_become_the_layers(at_layers, recorders, qtbot):
    blocks = at_layers.layers.tree.topLevelItem(1)
    blocks.child(0).setCheckState(0, Qt.CheckState.Checked)
    assert at_layers.layers.way.value == "own"
    qtbot.waitUntil(lambda: len(recorders[-1].questions) > 2)
    plan = recorders[-1].questions[-1]
    assert plan.layers == ("layer1", "layer1.0")
    choose(at_layers.layers["pool"], "flatten")
    at_layers.layers.classifier.setEditText("fc")
    at_layers.layers.matrix.setEditText("fc.centres")
    plan = at_layers.plan(LAYERS + 1)
    assert (plan.pool, plan.classifier, plan.classifier_weight) == ("flatten", "fc", "fc.centres")
    assert "--classifier-weight fc.centres" in plan.command()


def test_only_readable_files_are_built_from_and_all_are_recorded(at_layers, recorders, folder):
    plan = recorders[-1].questions[-1]
    assert not any("epoch_2" in name for name in plan.checkpoints)
    assert at_layers.plan(LAYERS + 1).checkpoints == (str(folder),)


def test_what_does_not_fit_is_said_precisely(at_layers, recorders, qtbot):
    at_layers.model.torchvision.setEditText("resnet18")
    count = len(recorders[-1].questions)
    qtbot.waitUntil(lambda: len(recorders[-1].questions) > count)
    recorders[-1].messages = [Unanswered(MISFIT)]
    fault = at_layers.layers.tree_field.fault
    qtbot.waitUntil(lambda: fault.sentence == MISFIT)
    assert at_layers.layers.tree.topLevelItemCount() == 0


def test_files_dropped_at_the_layers_are_looked_at(window, at_layers, recorders, tmp_path):
    other = tmp_path / "other.pt"
    other.write_bytes(b"PK")
    at_layers.layers["pool"].setCurrentIndex(1)
    drop(window, other)
    assert at_layers.number == FILES
    assert not at_layers._rest.isActive(), "no other question takes the place of this one"
    assert str(other) in recorders[-1].questions[-1].checkpoints
    assert at_layers.files.list.hasFocus()


# Recording


@pytest.fixture
def started(at_layers, tmp_path):
    dialog = at_layers
    dialog.go_on()
    assert dialog.number == RECORD
    dialog.record.out.set_text(str(tmp_path / "run"))
    assert "ncviz record --model torchvision:resnet34" in dialog.record.command.toPlainText()
    dialog.go_on()
    return dialog


def test_a_folder_that_is_taken_is_refused_at_its_field(at_layers, recorders, folder):
    at_layers.go_on()
    at_layers.record.out.set_text(str(folder))
    at_layers.go_on()
    assert "exists already" in at_layers.record.out_field.fault.sentence
    assert recorders[-1].plan is None


def test_the_run_is_opened_while_it_is_recorded(
    window, started, recorders, make_run, qtbot, tmp_path
):
    runner = recorders[-1]
    assert runner.out == tmp_path / "run"
    whole = make_run(tmp_path / "whole", counts=(8, 8, 8), epochs=(0, 1, 2))
    manifest = replace(whole.manifest, state="running")
    writer = RunWriter(tmp_path / "run", manifest, whole.probe)
    writer.write(whole.snapshots[0])
    runner.messages = [FileProgress(1, 3, "epoch_1.pt", 65.0, "Measuring"), RecordedEpoch(0)]
    qtbot.waitUntil(lambda: window.explorer.run.path == tmp_path / "run")
    assert window.header.busy.text() == "recording · 1 of 3 · 1 min 5 s left"
    assert started.record.bar.value() / started.record.bar.maximum() == pytest.approx(1 / 3)
    assert "Measuring epoch_1.pt · 1 of 3 · 1 min 5 s left" in started.record.file.text()
    half = FileProgress(1, 3, "epoch_1.pt", 50.0, "Measuring", 0.5)
    started.record.show_progress(half)
    assert started.record.bar.value() / started.record.bar.maximum() == pytest.approx(1 / 2)
    assert "50 % of this file" in started.record.file.text()
    writer.write(whole.snapshots[1])
    runner.messages = [RecordedEpoch(1), Skipped("epoch_2.pt", BAD)]
    qtbot.waitUntil(lambda: window.explorer.run.epochs == (0, 1))
    assert window.player.value == 1, "it follows"
    assert started.record.skipped.toPlainText() == BAD
    writer.write(whole.snapshots[2])
    writer.close()
    runner.messages = [RecordedEpoch(2), Finished("finished")]
    qtbot.waitUntil(lambda: window.explorer.run.manifest.state == "finished")
    settle(qtbot, window)
    assert len(window.explorer.series.epochs) == 3
    assert window.header.busy.text() == ""
    assert "finished" in started.record.heading.text()
    assert started.close_button.hasFocus()
    page = started.stack.currentWidget()
    assert page.verticalScrollBar().maximum() == 0, "all of it is seen"
    assert runner.asked[-1] == "close"


def test_pause_stop_and_cancel_reach_the_runner(window, started, recorders, small_run, qtbot):
    runner = recorders[-1]
    for button in ("pause", "pause", "cancel"):
        getattr(started.record.buttons, button).click()
    assert runner.asked[-3:] == ["pause", "resume", "cancel"]
    runner.messages = [Finished("cancelled")]
    qtbot.waitUntil(lambda: not started.work.is_running)
    assert window.explorer.run.path == small_run.path
    assert "cancelled" in window.note.text.text()


def test_a_failed_recording_says_why_and_keeps_the_answers(window, started, recorders, qtbot):
    recorders[-1].messages = [Failed(MISFIT)]
    fault = started.record.out_field.fault
    qtbot.waitUntil(lambda: fault.sentence == MISFIT)
    assert started.next.isVisible()
    assert started.plan(DATA + 1).model == "torchvision:resnet34"


def test_what_is_filled_in_comes_back_with_a_session(window, dialog, recorders, folder, qtbot):
    dialog.files.pattern.setText("epoch_{epoch}.pt")
    dialog.files._pattern_changed()
    dialog.files._correct(str(folder / "epoch_1.pt"), "7")
    dialog.model.kind.button("code").click()
    dialog.model.code.line.setText("my_models:make")
    dialog.model.code.consent.click()
    dialog.data.kind.button("npz").click()
    dialog.data.npz.set_text("arrays.npz")
    dialog.data["per_class"].setValue(30)
    dialog.layers.way.button("blocks").click()
    dialog.go_to(MODEL)
    state = window.state.read()
    dialog.close()
    assert window.state.read().recording == {}
    dialog.model.kind.button("own").click()
    dialog.data["per_class"].setValue(5)
    window.state.restore(state)
    assert window.recording.dialog.isVisible()
    assert window.recording.written() == state.recording
    assert dialog.number == MODEL
    assert not dialog.model.code.consent.isChecked(), "a yes is never kept"
    plan = recorders[-1].questions[-1]
    assert (plan.checkpoints, plan.epochs) == ((str(folder),), {str(folder / "epoch_1.pt"): 7})
    wrong = {"Model": {"kind": "none", "run": 3}, "Data": [], "Checkpoints": {"names": 3, "x": 1}}
    window.state.restore(replace(state, recording=wrong))
    assert "the recording's names, kind, run and Data cannot be" in window.note.text.text()
    settle(qtbot, window)


def test_the_window_asks_before_it_ends_a_recording(window, started, answer):
    asked = answer(QMessageBox, "question", QMessageBox.StandardButton.No)
    window.close()
    assert len(asked) == 1
    assert window.isVisible()
    started.work.close()


def test_the_keyboard_is_enough(dialog, recorders, qtbot):
    qtbot.waitUntil(dialog.isActiveWindow)
    for number in (MODEL, DATA, LAYERS):
        for _ in range(40):
            if QApplication.focusWidget() is dialog.next:
                break
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        qtbot.keyClick(dialog.next, Qt.Key.Key_Return)
        assert dialog.number == number


# For once without a stand-in


def test_checkpoints_of_a_small_network_become_a_run(window, qtbot, tmp_path):
    import torch

    from ncviz.training.recipe import Recipe

    recipe = changed(
        Recipe(), dataset="digits", depth=3, width=6, image_size=8, images_per_class=20
    )
    (tmp_path / "recipe.toml").write_text(recipe.to_toml())
    folder = tmp_path / "ckpt"
    folder.mkdir()
    for epoch in (2, 10):
        torch.manual_seed(epoch)
        network = recipe.architecture.build((64,), 10)
        torch.save({"epoch": epoch, "model": network.state_dict()}, folder / f"e{epoch}.pt")
    (folder / "e11.pt").write_bytes(b"PK\x03\x04 cut off")
    drop(window, folder)
    dialog = window.recording.dialog
    assert isinstance(dialog.work._runner, RecordRunner)
    qtbot.waitUntil(lambda: dialog.files.looked is not None)
    dialog.model.kind.button("own").click()
    dialog.model.recipe.set_text(str(tmp_path / "recipe.toml"))
    choose(dialog.data.known, "digits")
    dialog.data["per_class"].setValue(20)
    for _ in range(3):
        dialog.go_on()
    qtbot.waitUntil(lambda: dialog.layers.inspected is not None)
    assert dialog.layers.inspected.classifier == "classifier"
    dialog.go_on()
    dialog.record.out.set_text(str(tmp_path / "run"))
    dialog.go_on()
    qtbot.waitUntil(lambda: not dialog.work.is_running)
    run = Run(tmp_path / "run")
    assert run.epochs == (2, 10)
    assert window.explorer.run.path == tmp_path / "run"
    assert "e11.pt" in dialog.record.skipped.toPlainText()
    assert not math.isnan(run.snapshot(10).scalars["train_error"])
    window.recording.close()
    dialog.deleteLater()
    window.recording.dialog = None
    settle(qtbot, window)


def test_an_encoder_of_texts_has_blocks_and_no_tree(dialog, folder, tmp_path):
    texts = tmp_path / "news.csv"
    texts.write_text("text,label\nthe moon,space\na road,cars\n", "utf-8")
    dialog._answered(replace(looked(folder), model=f"hf:{folder}"))
    dialog.go_to(DATA)
    dialog.data.kind.button("npz").click()
    dialog.data.npz.set_text(str(texts))
    dialog.go_to(LAYERS)
    found = replace(
        inspected(folder),
        tree=(),
        layers=(("embedding", 8), ("block 1", 8)),
        classifier="",
        classifier_weight="",
        class_names=("cars", "space"),
    )
    dialog.layers.show_inspected(found)
    assert "2 layers" in dialog.layers.summary.text()
    dialog.layers["length"].setValue(32)
    choose(dialog.layers["tokens"], "mean")
    plan = dialog.plan(LAYERS + 1)
    assert (plan.model, plan.data) == (f"hf:{folder}", str(texts))
    assert (plan.layers, plan.tokens, plan.length) == (("stages",), "mean", 32)
    assert "--length 32" in plan.command()
