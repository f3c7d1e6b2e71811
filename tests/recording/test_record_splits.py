"""Checkpoints recorded on samples with several labels and on further splits."""

import numpy as np
import pytest
import torch
from PIL import Image

from ncviz import Recorder
from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.recording.plan import RecordPlan
from ncviz.runs.run import Run

SETS = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1]])
NOISE = np.random.default_rng(0).random((12, 1, 8, 8)).astype(np.float32)


def samples(each, seed):
    rng = np.random.default_rng(seed)
    rows = rng.permutation(np.repeat(SETS, each, axis=0))
    images = rng.random((len(rows), 1, 8, 8)) * 0.3 + 0.2 * rows[:, None, :1, None]
    return images.astype(np.float32), rows


X, Y = samples(4, 0)
XT, YT = samples(2, 1)


@pytest.fixture
def record(workshop, capsys):
    workshop.save("epoch_1.pt", workshop.state())

    def recorded(data=None, *splits, out="run", **options):
        if data:
            np.savez(workshop.data, **data)
        words = workshop.arguments("epoch_1.pt", out=out, layers="blocks", **options)
        status = main([*words, *(word for each in splits for word in ("--splits", each))])
        said = capsys.readouterr()
        return Run(workshop.folder / out) if status == 0 else said.err, said.out

    return recorded


def saved(workshop, name, images, labels):
    np.savez(workshop.folder / name, images=images, labels=np.asarray(labels))
    return f"{name.removesuffix('.npz')}={workshop.folder / name}"


@pytest.mark.parametrize("form", ["rows", "lists"])
def test_label_sets_are_as_the_recorder_has_them(record, workshop, form):
    lists = np.array([[*np.flatnonzero(row), -1, -1][:3] for row in Y])
    run, said = record({"images": X, "labels": Y if form == "rows" else lists})
    assert "measured: 8 samples with several labels, 2 sets of them" in said
    recorder = Recorder(
        workshop.folder / "own",
        _network(workshop),
        (torch.tensor(X), torch.tensor(Y)),
        layers="blocks",
    )
    recorder.record(1)
    recorder.close()
    own = Run(workshop.folder / "own")
    assert run.manifest.splits == own.manifest.splits
    assert run.manifest.train_counts == own.manifest.train_counts == (4, 4, 4)
    assert run.manifest.recipe["loss"] == "pick_all"
    np.testing.assert_array_equal(run.probe.labels, own.probe.labels)
    assert run.probe.images.shape == (20, 8, 8)
    one, other = run.snapshot(1), own.snapshot(1)
    for split in ("train", "label_sets"):
        for layer in range(len(run.manifest.layers)):
            np.testing.assert_allclose(
                one.statistics(layer, split).means, other.statistics(layer, split).means, atol=1e-6
            )
    for name in ("label_sets_error", "label_sets_loss"):
        if name in other.scalars:
            assert one.scalars[name] == pytest.approx(other.scalars[name])


def _network(workshop):
    network = workshop.network.network()
    network.load_state_dict(workshop.state())
    return network


def test_held_out_samples_with_several_labels(record):
    data = {"images": X, "labels": Y, "test_images": XT, "test_labels": YT}
    run, _ = record(data)
    assert [kind.name for kind in run.manifest.splits] == ["label_sets", "label_sets_test"]
    assert run.snapshot(1).statistics(0, "label_sets_test").counts.tolist() == [2, 2]
    alone, _ = record(None, split="test", out="held-out")
    assert [kind.name for kind in alone.manifest.splits] == ["label_sets"]
    assert alone.snapshot(1).statistics(0, "label_sets").counts.tolist() == [2, 2]
    trained, _ = record(None, split="train", out="trained")
    assert [kind.name for kind in trained.manifest.splits] == ["label_sets"]


def test_splits_of_the_file_and_of_others(record, workshop):
    folder = workshop.folder / "photos"
    for name in ("0", "2"):
        (folder / name).mkdir(parents=True)
        for number in range(3):
            pixels = np.full((11, 11), 40 * number, np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    data = {"images": X[Y.sum(1) == 1], "labels": Y[Y.sum(1) == 1].argmax(1)}
    own = {"split.Noise.images": NOISE, "split.Noise.labels": np.arange(12) % 2}
    letters = saved(workshop, "letters.npz", NOISE, np.array(list("xyz"))[np.arange(12) % 3])
    run, said = record(data | own, letters, f"photos={folder}", size=8)
    kinds = {kind.name: kind for kind in run.manifest.splits}
    assert list(kinds) == ["noise", "letters", "photos"]
    assert kinds["noise"].title == "Noise"
    assert not kinds["noise"].is_foreign
    assert kinds["letters"].class_names == ("x", "y", "z")
    assert run.snapshot(1).statistics(0, "photos").counts.tolist() == [3, 0, 3]
    assert "the split letters: 3 classes that the network does not know" in said
    assert "the split photos: 2 of its classes" in said
    assert set(run.probe.others) == {"noise", "letters", "photos"}
    assert run.probe.others["photos"].images is not None
    assert f"letters={workshop.folder / 'letters.npz'}" in run.manifest.command


@pytest.mark.parametrize(
    ("splits", "words"),
    [
        (("a=d.npz", "a=e.npz"), "two splits called 'a'"),
        (("A b=d.npz", "a-b=e.npz"), "two splits called 'a_b'"),
        (("a=nowhere",), "The split 'a': There are no data 'nowhere'"),
        (("train=d.npz",), "A split cannot be called 'train'"),
        (("d.npz",), "gives no split: write NAME=DATA"),
        (("large={large}",), r"The split 'large' has samples of 1×9×9 and the training of 1×8×8"),
        (("sets={sets}",), "has samples with several labels"),
    ],
)
def test_what_is_no_split_is_one_sentence(record, workshop, splits, words):
    places = {
        "large": saved(workshop, "large.npz", np.ones((6, 9, 9)), np.arange(6) % 3),
        "sets": saved(workshop, "sets.npz", X, Y),
    }
    given = [each.format(**{k: v.partition("=")[2] for k, v in places.items()}) for each in splits]
    err, _ = record(None, *given)
    assert words in err
    assert err.count("\n") == 1
    assert not (workshop.folder / "run").exists()


def test_code_of_a_split_asks_for_trust():
    plan = RecordPlan("torchvision:resnet18", ("c",), "d", splits={"own": "my.data:load"})
    assert plan.runs_code == ("my.data:load",)
    with pytest.raises(UserError, match="two splits called 'a'"):
        RecordPlan("m", ("c",), "d", splits={"a": "b", "A": "c"}).check()
