"""A run that several processes record together is that of one."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from group_of_processes import (
    differences,
    note_what_is_said,
    plan_of,
    record_all,
    run_together,
    save_checkpoints,
    save_data,
)
from safetensors.numpy import load_file

from ncviz.language import named
from ncviz.measuring import grouped_peers, peers
from ncviz.measuring.peers import Exchange
from ncviz.recording.record_checkpoints import record_checkpoints
from ncviz.runs.run import Run

TORCHRUN = "from torch.distributed.run import main; main()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    save_checkpoints(folder)
    # Of the second class one sample: it is one process's alone. Two test samples: none for a third.
    writers = {"writer": np.arange(601) % 5}
    save_data(folder / "uneven.npz", (400, 1, 200), test=(1, 1, 0), columns=writers)
    save_data(folder / "sets.npz", (9, 8, 7), (4, 3, 3), sets=[(1, 1, 0)] * 5 + [(0, 1, 1)] * 3)
    save_data(folder / "beside.npz", (5, 4, 3))
    rng = np.random.default_rng(1)
    names = np.array(["horse", "sheep"])
    np.savez(
        folder / "strange.npz",
        images=rng.random((11, 1, 8, 8), dtype=np.float32),
        labels=np.arange(11) % 2,
        class_names=names,
    )
    return folder


def plans_of(folder):
    beside = {"beside": str(folder / "beside.npz"), "strange": str(folder / "strange.npz")}
    return {
        "held": plan_of(folder, "small", "uneven.npz"),
        "streamed": plan_of(folder, "wide", "uneven.npz", per_class=400, normalise="data"),
        "weighted": plan_of(folder, "wide", "uneven.npz", per_class=300, splits=beside),
        "sets": plan_of(folder, "small", "sets.npz", batch=7),
    }


@pytest.fixture(scope="module")
def alone(folder):
    for name, plan in plans_of(folder).items():
        record_checkpoints(plan, folder / f"alone-{name}")
    return folder


@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_number_is_as_one_process_has_it(alone, size):
    plans = plans_of(alone)
    outs = {name: alone / f"{size}-{name}" for name in plans}
    run_together(size, alone, record_all, [(str(outs[n]), plan) for n, plan in plans.items()])
    for name, out in outs.items():
        assert differences(alone / f"alone-{name}", out) == []
        one, other = Run(alone / f"alone-{name}").manifest, Run(out).manifest
        assert (one.layers, one.train_counts, one.splits) == (
            other.layers,
            other.train_counts,
            other.splits,
        )
        assert other.recipe.get("processes") == (None if size == 1 else size)


def test_layers_were_streamed_and_a_class_was_alone(alone):
    run = Run(alone / "alone-streamed")
    assert run.snapshot(1).statistics(0, "test").counts.tolist() == [1, 1, 0]
    assert run.snapshot(1).statistics(0, "train").counts.tolist() == [400, 1, 200]
    rank = "stable_rank"  # of features that were held whole
    assert not any(rank in name for name in _names(alone / "alone-streamed") if "layer3" in name)


def _names(run):
    return load_file(run / "snapshots" / "000001.safetensors").keys()


@pytest.mark.parametrize(
    ("how", "rank", "words"),
    [
        ("raises", 1, "Process 1 of 2 on"),
        ("raises", 0, "the disk of this computer is on fire"),
        ("diverges", 1, "NaN or infinite"),
    ],
)
def test_what_fails_in_one_ends_all_with_its_words(folder, how, rank, words):
    plan = plan_of(
        folder, "breaking", "uneven.npz", batch=7, checkpoints=(str(folder / "breaking_1.pt"),)
    )
    _save_breaking(folder)
    out = folder / f"fails-{how}-{rank}"
    run_together(
        2, folder, note_what_is_said, plan, str(out), {"how": how, "rank": rank}, str(folder)
    )
    said = [(folder / f"said-{how}-{each}").read_text() for each in (0, 1)]
    assert all(words in each for each in said[:1])
    assert "finished" not in said
    assert not out.exists()


def _save_breaking(folder):
    import torch
    from group_of_processes import Breaks

    torch.save(Breaks().state_dict(), folder / "breaking_1.pt")


def test_torchrun_records_and_one_process_speaks(folder):
    out = folder / "torchrun"
    plan = plans_of(folder)["held"]
    words = [
        *("--model", plan.model, "--yes", "--checkpoints", *plan.checkpoints),
        *("--data", plan.data, "--layers", "all", "--memory", "1", "--batch", "64"),
        *("--device", "cpu", "--out", str(out)),
    ]
    record_checkpoints(plan, folder / "not-torchrun")
    done = _torchrun(folder, 2, words)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Saved") == 1
    assert differences(folder / "not-torchrun", out) == []
    refused = _torchrun(folder, 2, words)
    assert refused.returncode != 0
    assert refused.stderr.count("exists already: choose another name") == 1


def _torchrun(folder, size, words):
    here = str(Path(__file__).parent)
    return subprocess.run(
        [
            *(sys.executable, "-c", TORCHRUN, "--standalone", f"--nproc-per-node={size}"),
            *("-m", "ncviz", "record", *words),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": here},
        capture_output=True,
        text=True,
        check=False,
    )


def test_steps_are_the_same_in_every_language(monkeypatch):
    step = Exchange(
        named("the features of {what}"), Exchange(named("the {name} samples"), name="train")
    )
    assert str(step) == "the features of the train samples"
    english = grouped_peers._number_of(step)
    monkeypatch.setattr(peers, "tr", lambda text, **values: f"«{text}»".format(**values))
    assert str(step) == "«the features of «the train samples»»"
    assert grouped_peers._number_of(step) == english
    assert grouped_peers._number_of(step._replace(of="the test samples")) != english
