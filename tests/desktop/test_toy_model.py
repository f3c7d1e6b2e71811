"""A model that is put into the catalogue in one file is in the room, its list and its command."""

from dataclasses import dataclass
from types import MappingProxyType

import pytest
from PIL import Image
from PyQt6.QtWidgets import QWidget
from window_parts import dispose, pick, settle

from ncviz import cli
from ncviz.desktop.exporting.restoring import restore
from ncviz.desktop.rooms.theory.theory_panel import TheoryPanel
from ncviz.desktop.rooms.theory.theory_plots import TheoryPlots
from ncviz.explorer.desks import make_desks
from ncviz.export.provenance import said_by
from ncviz.models import model as catalogue
from ncviz.models.descent import DescentModel
from ncviz.models.model import Number, models
from ncviz.models.model_parameters import control
from ncviz.theory.unconstrained_features import UnconstrainedFeatures


@dataclass(frozen=True)
class Parameters:
    classes: int = control(3, "How many.", symbol="K", label="classes", low=2, high=9)
    rate: float = control(1.0, "Of a step.", label="step size", low=0.1, high=10.0)
    loss: str = control("focal", "Which.", label="Loss", choices={"focal": "Focal"})


class Toy(DescentModel[Parameters]):
    name, order, title = "toy", 900, "A toy"
    tip, lead, invitation = "It is a toy.", "It falls.", "Let it fall."
    parameters, steps = Parameters, 30

    def descent(self, parameters):
        p = parameters
        return UnconstrainedFeatures(
            classes=p.classes, samples=3, loss=p.loss, learning_rate=p.rate
        )

    def caption(self, parameters, seen):
        return f"{parameters.classes} classes at step {seen.step:g}."

    def numbers(self, _parameters, seen):
        return (Number("loss", seen.value("loss"), "The mean loss."),)


@pytest.fixture
def toy(monkeypatch):
    found = MappingProxyType({**models(), "toy": Toy()})
    monkeypatch.setattr(catalogue, "entries", lambda *_: found)
    return found["toy"]


def test_it_is_in_the_room(qapp, toy):
    desks = make_desks()
    panel, plots, host = TheoryPanel(desks), TheoryPlots(desks), QWidget()
    for part in (panel, plots):
        part.setParent(host)
    host.show()
    panel.model_changed.connect(plots.show_model)
    pick(panel.switch, "toy")
    assert panel.switch.currentText() == "A toy"
    desk, fields = desks["toy"], panel.panel_of("toy").fields
    fields["classes"].slider.setValue(7)
    fields["rate"].slider.setValue(fields["rate"].slider.maximum())
    assert (desk.descent.classes, desk.descent.learning_rate) == (7, 10.0)
    desk.player.end()
    while desk.moving:
        desk.advance(0.1)
    plots.show_curve()
    across, _ = plots.page_of("toy").plot("collapse").curves["nc1"].getData()
    assert len(across) == len(desk.run.epochs) > 10
    other = make_desks()["toy"]
    assert other.restore(desk.settings()) == ()
    assert other.parameters == desk.parameters
    for each in (*desks.values(), other):
        each.close()
    dispose(host)


def test_it_is_a_command(toy, capsys, tmp_path):
    assert cli.main(["model"]) == 0
    assert "toy: It is a toy." in capsys.readouterr().out
    with pytest.raises(SystemExit):
        cli.main(["model", "toy", "--help"])
    assert "--classes CLASSES" in capsys.readouterr().out
    figure, film, run = tmp_path / "toy.svg", tmp_path / "toy.gif", tmp_path / "run"
    options = ["--classes", "4", "--figure", str(figure), "--run", str(run)]
    options += ["--film", str(film), "--seconds", "0.1"]
    assert cli.main(["model", "toy", *options]) == 0
    assert "4 classes at step 30." in capsys.readouterr().out
    assert figure.stat().st_size > 1000
    assert (run / "manifest.json").exists()
    assert said_by(film)["model"]["parameters"]["classes"] == 4
    with Image.open(film) as frames:
        assert frames.n_frames == 3
    wanted = ["--model", "toy", "--set", "classes=5"]
    for name, more in (("scene.png", []), ("plot.pdf", ["--preset", "collapse"])):
        out = tmp_path / name
        assert cli.main(["export", "figure", *wanted, *more, "--out", str(out)]) == 0
        assert said_by(out)["model"]["moment"] == 30
    short = ["--seconds", "0.1", "--size", "64x48", "--plot", "--out", str(tmp_path / "part.mp4")]
    assert cli.main(["export", "film", *wanted, "--between", "3:9", *short]) == 0
    said = said_by(tmp_path / "part.mp4")["model"]
    assert (said["parameters"]["classes"], said["first"], said["moment"]) == (5, 3, 9)
    capsys.readouterr()
    assert cli.main(["model", "toy", "--classes", "10"]) == 1
    assert "choose a whole number from 2 to 9" in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["svg", "gif"])
@pytest.mark.parametrize(
    ("name", "options", "moment"),
    [
        ("softmax-codes", {"classes": 7, "temperature": 0.3}, 100.0),
        ("layer-peeled", {"classes": 5, "majority": 3, "budget": 2.0}, 40.0),
    ],
)
def test_a_figure_or_film_of_a_model_brings_it_back(
    window, qtbot, tmp_path, name, options, moment, ending
):
    path = tmp_path / f"model.{ending}"
    words = ["--model", name, "--set", *(f"{key}={value}" for key, value in options.items())]
    if ending == "gif":
        words += ["film", "--between", f":{moment}", "--seconds", "0.1", "--size", "64x48"]
    elif name == "softmax-codes":
        words += ["figure", "--between", f":{moment}"]
    else:
        words += [f"ratio={moment}", "figure"]
    kind = next(word for word in words if word in ("film", "figure"))
    words.remove(kind)
    assert cli.main(["export", kind, *words, "--out", str(path)]) == 0
    if ending == "svg":
        assert (">softmax code<" in path.read_text()) == (name == "softmax-codes")
    assert restore(window, path)
    settle(qtbot, window)
    room = window.rooms.theory
    assert room.panel.model == name
    desk = room.desks[name]
    assert {key: getattr(desk.parameters, key) for key in options} == options
    assert desk.player.value == pytest.approx(moment, rel=0.02)
    desk.put(type(desk.parameters)())
    room.open_model("layer-peeled")
