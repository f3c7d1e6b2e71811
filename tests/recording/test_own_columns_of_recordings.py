"""What is known of each sample goes along with the samples that a recording draws."""

import sys

import numpy as np
import pytest
import torch
from loop_parts import X, Y, recorded
from PIL import Image
from torch.utils.data import DataLoader, IterableDataset, Subset, TensorDataset

from ncviz.errors import UserError
from ncviz.parameters import command
from ncviz.recording.plan import RecordPlan
from ncviz.recording.samples import Samples
from ncviz.recording.sources import load_source


def numbers_of(run):
    return run.probe.columns[0].values.astype(int)


class Unlabelled(TensorDataset):
    """Tells its labels by its samples alone."""

    def __getitem__(self, index):
        image, label = super().__getitem__(index)
        return image, int(label)


SET = TensorDataset(X, Y)


@pytest.mark.parametrize(
    "data",
    [
        (X, Y),
        SET,
        DataLoader(SET, 7, shuffle=True),
        Unlabelled(X, Y),
        DataLoader(Unlabelled(X, Y), 5),
        DataLoader(SET, 4, sampler=torch.utils.data.WeightedRandomSampler([1.0] * 60, 60)),
    ],
    ids=["arrays", "set", "shuffled", "unlabelled", "loader", "weighted"],
)
def test_a_recorder_matches_columns_by_the_place_in_the_data(tmp_path, data):
    words = [f"s{k}" for k in range(60)]
    columns = {"number": np.arange(60.0), "name": words, "sum": X.sum(dim=1)}
    run, notes = recorded(tmp_path, data, per_class=8, probe_per_class=5, columns=columns)
    rows = numbers_of(run)
    np.testing.assert_array_equal(Y[rows], run.probe.labels)
    number, name, total = run.probe.columns
    assert [name.words[k] for k in name.values] == [f"s{k}" for k in rows]
    np.testing.assert_allclose(total.values, X.sum(dim=1)[rows], rtol=1e-6)
    assert number.title == "number"
    assert any(words.startswith("column 'number': numbers from") for words in notes)


def test_a_part_of_a_set_has_columns_of_its_own_length(tmp_path):
    part = Subset(SET, range(0, 60, 2))
    run, _ = recorded(tmp_path, part, columns={"number": np.arange(30.0)})
    np.testing.assert_array_equal(Y[2 * numbers_of(run)], run.probe.labels)


class Stream(IterableDataset):
    def __iter__(self):
        return zip(X, Y, strict=True)


def test_what_cannot_be_matched_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match="no columns= can be matched"):
        recorded(tmp_path, DataLoader(Stream(), 6), columns={"a": [1] * 60})
    with pytest.raises(UserError, match="'a' has 59 values for 60 samples"):
        recorded(tmp_path, (X, Y), columns={"a": [1] * 59})


def plan(**changes):
    return RecordPlan(model="m", checkpoints=("c",), data="d", **changes)


def test_a_plan_without_a_table_says_nothing_of_it():
    assert "columns" not in plan().to_dict()
    assert plan(columns="t.csv").to_dict()["columns"] == "t.csv"
    assert "--columns t.csv" in command(plan(columns="t.csv"), "record", "RUN")


def test_images_of_a_folder_are_told_by_their_files(tmp_path):
    for k in range(12):
        path = tmp_path / "data" / "ab"[k % 2] / f"{k}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (5, 5), 10 * k).save(path)
    rows = [f"{'ab'[k % 2]}/{k}.png,w{k % 4},{k}" for k in range(12)]
    (tmp_path / "t.csv").write_text("file,writer,shade\n" + "\n".join(rows[::-1]))
    source = load_source(str(tmp_path / "data"))
    samples = Samples(plan(per_class=3, columns=str(tmp_path / "t.csv")), source)
    probe = samples.probe()
    writer, shade = probe.columns
    assert "t.csv: its rows are matched by the column 'file'" in samples.notes
    shades = [int(shade.words[k]) for k in shade.values]
    np.testing.assert_array_equal(probe.images[:, 2, 2], [10 * k for k in shades])
    assert [writer.words[k] for k in writer.values] == [f"w{k % 4}" for k in shades]


def test_arrays_of_data_keep_their_columns_where_samples_are_left_out(tmp_path):
    samples = np.random.default_rng(0).random((20, 6))
    samples[3, 2] = np.nan
    labels = np.arange(20) % 2
    np.savez(tmp_path / "d.npz", images=samples, labels=labels, number=np.arange(20.0))
    (tmp_path / "t.csv").write_text("x\n" + "\n".join(f"{k}.5" for k in range(20)))
    source = load_source(str(tmp_path / "d.npz"))
    made = Samples(plan(per_class=6, columns=str(tmp_path / "t.csv")), source)
    number, x = made.probe().columns
    taken = made.parts["train"].images[made.measured.probe].numpy()
    np.testing.assert_allclose(taken, samples[number.values.astype(int)].astype(np.float32))
    np.testing.assert_array_equal(x.values, number.values + 0.5)


def test_a_function_of_the_users_returns_columns(tmp_path, monkeypatch):
    (tmp_path / "own_data.py").write_text(
        "import numpy as np\n"
        "def load():\n"
        "    return {'images': np.random.rand(20, 4), 'labels': np.arange(20) % 2,\n"
        "            'columns': {'number': np.arange(20.0)}}\n"
        "def wrong():\n"
        "    return {'images': np.random.rand(20, 4), 'labels': np.arange(20) % 2,\n"
        "            'columns': [1, 2]}\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    made = Samples(plan(per_class=4), load_source("own_data:load", trusted=True))
    (number,) = made.probe().columns
    np.testing.assert_array_equal(number.values.astype(int) % 2, made.probe().labels)
    with pytest.raises(UserError, match="gave columns that are no mapping"):
        load_source("own_data:wrong", trusted=True)
