import os
import signal
import tomllib
from dataclasses import replace

import numpy as np
import pytest

import ncviz.commands.device as command_device
import ncviz.commands.train as train_module
from ncviz.cli import main
from ncviz.jobs.control import Order
from ncviz.parameters import changed
from ncviz.runs.manifest import read_manifest
from ncviz.runs.run import Run
from ncviz.training.device import PROCESSOR, Device, choose_device
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict

TINY = changed(
    Recipe(),
    classes=(0, 1, 8),
    image_size=4,
    images_per_class=6,
    depth=3,
    width=5,
    batch_size=8,
    epochs=3,
    record="0, 1",
    probe_per_class=2,
)

pytestmark = pytest.mark.usefixtures("own_signals")


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TINY.to_toml(), encoding="utf-8")
    return path


def test_a_recipe_becomes_a_run(tiny, tmp_path, capsys):
    out = tmp_path / "run"
    arguments = ["train", "--recipe", str(tiny), "--out", str(out), "--device", "cpu"]
    assert main([*arguments, "--set", "seed=7", "--set", "optimizer=momentum"]) == 0
    run = Run(out)
    assert run.epochs == (0, 1, 3)
    assert run.manifest.state == "finished"
    assert recipe_from_dict(run.manifest.recipe) == replace(TINY, seed=7, optimizer="momentum")
    assert run.manifest.train_counts == (6, 6, 6)
    assert [layer.width for layer in run.manifest.layers] == [16, 5, 5]
    assert len(run.probe.labels) == 6
    words = capsys.readouterr().out
    assert "finished at epoch 3" in words
    assert f"ncviz open {out}" in words


def test_the_same_recipe_is_the_same_run(tiny, tmp_path):
    for name in ("first", "second"):
        assert main(["train", "--recipe", str(tiny), "--out", str(tmp_path / name)]) == 0
    first, second = (Run(tmp_path / name).snapshot(3) for name in ("first", "second"))
    np.testing.assert_array_equal(first.classifier().weight, second.classifier().weight)
    assert first.scalars == second.scalars


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("depth=0", "depth is 0"),
        ("depth=2.5", "depth = 2.5"),
        ("depth=deep", "depth = 'deep'"),
        ("learning_rate=nan", "learning_rate is nan"),
        ("batch_norm=perhaps", "batch_norm = 'perhaps'"),
        ("classes=a,b", "classes = 'a,b'"),
        ("classes=1", "one class"),
        ("activation=sigmoid", "'sigmoid'"),
        ("deepness=3", "--set deepness=3 does not name a parameter"),
        ("depth", "--set depth does not name"),
        ("network=none", "The recipe's network is 'none': choose one of perceptron"),
        ("=3", "--set =3"),
        ("epochs=1e400", "epochs = inf"),
        ("dataset=imagenet", "imagenet"),
    ],
)
def test_a_change_that_does_not_fit_is_told(tiny, tmp_path, fails, change, words):
    out = tmp_path / "run"
    assert words in fails("train", "--recipe", tiny, "--out", out, "--set", change)
    assert not out.exists()


def test_changes_are_read_as_what_they_change():
    changes = ["batch_norm=FALSE", "classes=4, 2", "epochs=1e2", "learning_rate=3e-1", "record=all"]
    recipe = train_module._changed(Recipe(), changes)
    assert recipe == changed(
        Recipe(), batch_norm=False, classes=(4, 2), epochs=100, learning_rate=0.3, record="all"
    )
    assert train_module._changed(recipe, ["classes="]).classes == ()
    assert train_module._changed(recipe, ["data_folder=a=b"]).data_folder == "a=b"


def test_what_is_in_the_way_is_told(tiny, tmp_path, fails):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("mine")
    assert "exists already" in fails("train", "--recipe", tiny, "--out", tmp_path / "taken")
    missing = tmp_path / "no.toml"
    assert "No such file" in fails("train", "--recipe", missing, "--out", tmp_path / "x")
    assert "'tpu' is unknown" in fails(
        "train", "--recipe", tiny, "--out", tmp_path / "x", "--device", "tpu"
    )
    assert not (tmp_path / "x").exists()


def test_cuda_is_not_asked_for_where_there_is_none(tiny, tmp_path, fails, monkeypatch):
    def find(wanted):
        return choose_device(wanted, (PROCESSOR, Device("cuda:0", "NVIDIA T4", problem="it burns")))

    monkeypatch.setattr(command_device, "find_device", find)
    sentence = fails("train", "--recipe", tiny, "--out", tmp_path / "x", "--device", "cuda")
    assert sentence.endswith("T4 (cuda:0) cannot be used: it burns. Choose the device cpu.")
    sentence = fails("train", "--recipe", tiny, "--out", tmp_path / "x", "--device", "xpu")
    assert sentence.endswith("There is no device xpu:0 here: choose cpu.")
    assert not (tmp_path / "x").exists()


def test_a_broken_gpu_is_passed_over_and_said(tiny, tmp_path, monkeypatch, capsys):
    devices = (PROCESSOR, Device("cuda:0", "NVIDIA T4", problem="it burns"))
    monkeypatch.setattr(
        command_device, "find_device", lambda wanted: choose_device(wanted, devices)
    )
    assert main(["train", "--recipe", str(tiny), "--out", str(tmp_path / "run")]) == 0
    assert capsys.readouterr().err.splitlines()[0] == (
        "ncviz: NVIDIA T4 (cuda:0) cannot be used: it burns. The processor is used instead."
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_the_training_and_keeps_the_run(
    tiny, tmp_path, monkeypatch, capsys, number
):
    real = train_module.recorded_training.record

    def interrupted(recipe, out, *, control, **options):
        os.kill(os.getpid(), number)
        assert control.order() is Order.STOP
        return real(recipe, out, control=_AfterTwoSnapshots(out), **options)

    monkeypatch.setattr(train_module.recorded_training, "record", interrupted)
    out = tmp_path / "run"
    assert main(["train", "--recipe", str(tiny), "--out", str(out)]) == 128 + number
    assert read_manifest(out / "manifest.json").state == "stopped"
    assert Run(out).epochs == (0, 1)
    assert "stopped at epoch 1" in capsys.readouterr().out


class _AfterTwoSnapshots:
    """Orders to stop as soon as two snapshots are there."""

    paused_seconds = 0.0
    is_paused = False

    def __init__(self, out):
        self._folder = out / "snapshots"

    def order(self):
        there = len(list(self._folder.glob("*.safetensors")))
        return Order.STOP if there >= 2 else Order.CONTINUE


def test_nothing_recorded_is_nothing_kept(tiny, tmp_path, monkeypatch, capsys):
    training = train_module.recorded_training
    monkeypatch.setattr(training, "record", lambda *_args, **_options: "cancelled")
    assert main(["train", "--recipe", str(tiny), "--out", str(tmp_path / "run")]) == 130
    assert capsys.readouterr().out == "Nothing was recorded.\n"


def test_the_printed_recipe_is_one_to_start_from(capsys, tmp_path):
    assert main(["recipe"]) == 0
    text = capsys.readouterr().out
    assert recipe_from_dict(tomllib.loads(text)) == Recipe()


def test_a_stopped_training_is_resumed(tiny, tmp_path, capsys, monkeypatch):
    out, whole = tmp_path / "run", tmp_path / "whole"
    assert main(["train", "--recipe", str(tiny), "--out", str(whole)]) == 0

    class Stopping(train_module.Control):
        def order(self):
            return (
                Order.STOP
                if (out / "snapshots" / "000001.safetensors").exists()
                else super().order()
            )

    with monkeypatch.context() as patched:
        patched.setattr(train_module, "Control", Stopping)
        assert main(["train", "--recipe", str(tiny), "--out", str(out)]) == 130
    assert f"ncviz train --resume {out}" in capsys.readouterr().out
    assert Run(out).epochs == (0, 1)
    assert main(["train", "--resume", str(out)]) == 0
    assert "finished at epoch 3" in capsys.readouterr().out
    first, second = (Run(path).snapshot(3) for path in (out, whole))
    np.testing.assert_array_equal(first.classifier().weight, second.classifier().weight)
    assert first.scalars == second.scalars
    assert main(["train", "--resume", str(out)]) == 1
    assert "is finished: there is nothing left to train" in capsys.readouterr().err


def test_what_does_not_go_with_a_resumed_training(tiny, tmp_path, capsys):
    assert main(["train", "--resume", str(tmp_path), "--set", "seed=3"]) == 1
    assert "leave the recipe, --set and --seeds out" in capsys.readouterr().err
    for odd in ([], ["--resume", str(tmp_path), "--out", str(tmp_path / "run")]):
        with pytest.raises(SystemExit) as stop:
            main(["train", "--recipe", str(tiny), *odd])
        assert stop.value.code == 2
        told = capsys.readouterr().err
        assert "--out" in told
        assert "--resume" in told


def test_several_seeds_make_repeats_and_the_same_command_goes_on(tiny, tmp_path, capsys):
    out = tmp_path / "repeats"
    command = ["train", "--recipe", str(tiny), "--out", str(out), "--device", "cpu", "--seeds"]
    assert main([*command, "2"]) == 0
    said = capsys.readouterr()
    assert "2 seeds finished, D of the last layer" in said.out
    assert "is the median by D of the last layer at epoch 3" in said.out
    assert "seed 1, 2 of 2" in said.err
    assert main([*command, "3"]) == 0
    assert "seed 1," not in (said := capsys.readouterr()).err
    assert "3 seeds finished" in said.out
    assert main(["train", "--resume", str(out)]) == 0
    assert main([*command, "2", "--set", "width=6"]) == 1
    assert "another recipe, whose width is 5" in capsys.readouterr().err
    assert main([*command, "0"]) == 1
    assert "seeds" in capsys.readouterr().err
