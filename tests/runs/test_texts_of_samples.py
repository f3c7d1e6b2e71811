"""Samples that are texts: kept, read back as one harmless line, shown, saved, thinned."""

import csv
import io

import numpy as np
import pytest
import safetensors.numpy
import torch

from ncviz.errors import UserError
from ncviz.explorer.lasso import table_of_samples
from ncviz.explorer.pointing import sample_facts
from ncviz.recording.recorder import Recorder
from ncviz.runs.adding_columns import add_columns
from ncviz.runs.import_features import import_features
from ncviz.runs.probe import FILE_NAME, LONGEST_TEXT, Probe, read_probe
from ncviz.runs.run import Run
from ncviz.runs.thinning import thin_run

Y = np.repeat(np.arange(3), 10)
HOSTILE = "<b>no markup</b> \x1b[31m\u202etxt.exe\nשלום 世界 " + "long " * 500


@pytest.fixture
def run(tmp_path):
    texts = np.array([f"{k} {HOSTILE}" for k in range(30)])
    features = np.random.default_rng(0).normal(size=(30, 4)) + Y[:, None]
    test = {"test_features": features[::2], "test_labels": Y[::2], "test_texts": texts[::2]}
    np.savez(tmp_path / "f.npz", features=features, labels=Y, texts=texts, **test)
    notes = import_features(tmp_path / "f.npz", tmp_path / "run", 4)
    assert any("taken as the texts of the drawn samples" in note for note in notes)
    assert any("taken as the texts of the drawn held-out samples" in note for note in notes)
    return Run(tmp_path / "run")


def test_a_text_is_one_line_without_controls_and_bounded(run):
    for probe in (run.probe, run.probe.others["test"]):
        assert len(probe.texts) == len(probe.labels)
        for text in probe.texts:
            assert text.isprintable()
            assert "\u202e" not in text
            assert "<b>no markup</b>" in text
            assert "שלום 世界" in text
            assert len(text) <= LONGEST_TEXT
            assert text.endswith("…")
    facts = sample_facts(run, run.epochs[0], -1, 5)
    assert facts.text == run.probe.texts[5]


def test_each_sample_keeps_its_own_text(run):
    numbers = [int(text.split()[0]) for text in run.probe.texts]
    np.testing.assert_array_equal(Y[numbers], run.probe.labels)
    held_out = run.probe.others["test"]
    np.testing.assert_array_equal(
        Y[[int(text.split()[0]) for text in held_out.texts]], held_out.labels
    )


def test_a_saved_table_has_the_texts_and_can_be_given_back(run, tmp_path):
    text = table_of_samples(run, 0, range(len(run.probe.labels)))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["text"] for row in rows] == list(run.probe.texts)
    table = tmp_path / "table.csv"
    table.write_text("sample,text,mine\n" + "".join(f"{k},t{k},{k % 2}\n" for k in range(12)))
    add_columns(run.path, table)
    again = Run(run.path).probe
    assert [column.title for column in again.columns] == ["mine"]
    assert again.texts == run.probe.texts


def test_a_thinned_run_keeps_them(run, tmp_path):
    thin_run(run, tmp_path / "thin", epochs=run.epochs, per_class=2)
    thin = Run(tmp_path / "thin").probe
    assert len(thin.texts) == len(thin.labels) == 6
    assert set(thin.texts) <= set(run.probe.texts)


def test_texts_that_do_not_fit_are_refused(tmp_path):
    path = tmp_path / FILE_NAME
    path.write_bytes(Probe(Y, texts=tuple(map(str, range(30)))).to_bytes())
    assert read_probe(path, 3).texts[7] == "7"
    labels = Y.astype(np.int32)
    for bad in (np.zeros((29, 2), np.uint8), np.zeros((30, 2), np.int32), np.zeros(30, np.uint8)):
        path.write_bytes(safetensors.numpy.save({"labels": labels, "texts": bad}))
        with pytest.raises(UserError, match="damaged"):
            read_probe(path, 3)
    odd = np.full((30, 3), 0xFF, np.uint8)  # no UTF-8
    path.write_bytes(safetensors.numpy.save({"labels": labels, "texts": odd}))
    assert len(read_probe(path, 3).texts) == 30


def test_a_loop_gives_its_texts(tmp_path):
    torch.manual_seed(0)
    inputs, labels = torch.randn(30, 4), torch.tensor(Y)
    network = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3))
    texts = [f"text {k}" for k in range(30)]
    with Recorder(tmp_path / "loop", network, (inputs, labels), texts=texts) as recorder:
        assert recorder.record(0)
    probe = Run(tmp_path / "loop").probe
    numbers = [int(text.split()[1]) for text in probe.texts]
    np.testing.assert_array_equal(Y[numbers], probe.labels)
    with pytest.raises(UserError, match="texts= has 3 and there are 30 samples"):
        Recorder(tmp_path / "other", network, (inputs, labels), texts=["a", "b", "c"])
