"""Folders of images with what is really in them."""

import os

import numpy as np
import pytest
from PIL import Image

from ncviz.errors import UserError
from ncviz.recording import image_folder
from ncviz.recording.image_folder import find_images, split_of
from ncviz.recording.plan import RecordPlan
from ncviz.recording.record_checkpoints import record_checkpoints
from ncviz.recording.samples import Samples
from ncviz.recording.sources import load_source
from ncviz.runs.run import Run

APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(100)


def fill(folder, names=("cat", "dog"), count=2, ending="png"):
    """Make a folder of classes, whose images are of their own shade."""
    for label, name in enumerate(names):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            shade = 50 * label + number
            Image.new("L", (4, 4), shade).save(folder / name / f"{number}.{ending}")
    return folder


def names_in(folder):
    found = find_images(folder)
    return {name: [path.name for path in paths] for name, paths in found.train.items()}


PLAIN = {"cat": ["0.png", "1.png"], "dog": ["0.png", "1.png"]}


def hidden(folder):
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (folder / name).write_bytes(b"x")
        (folder / "cat" / name).write_bytes(b"x")
    (folder / "cat" / "._0.png").write_bytes(APPLE_DOUBLE)
    (folder / "cat" / ".hidden.png").write_bytes(b"x")
    for name in (".git", "__MACOSX", "@eaDir", ".ipynb_checkpoints", "$RECYCLE.BIN"):
        for place in (folder / name, folder / "dog" / name):
            place.mkdir()
            Image.new("L", (4, 4)).save(place / "0-checkpoint.png")


def other_files(folder):
    (folder / "labels.csv").write_text("x")
    (folder / "cat" / "notes.txt").write_text("x")
    (folder / "cat" / "image.psd").write_bytes(b"x")


def circles(folder):
    (folder / "cat" / "again").symlink_to(folder / "cat")
    (folder / "cat" / "up").symlink_to(folder)
    (folder / "dog" / "root").symlink_to("/")
    (folder / "dog" / "self").symlink_to("self")
    (folder / "dog" / "gone").symlink_to("nowhere")
    (folder / "all").symlink_to(folder)
    (folder / "round").symlink_to("round")
    (folder / "above").symlink_to(folder.parent)


@pytest.mark.parametrize("clutter", [hidden, other_files, circles])
def test_what_is_no_image_of_the_user_is_left(clutter, tmp_path):
    fill(tmp_path)
    clutter(tmp_path)
    assert names_in(tmp_path) == PLAIN


def test_endings_depths_and_links(tmp_path):
    fill(tmp_path / "set", ["cat"], ending="JPEG")
    fill(tmp_path / "set" / "dog", ["near", "far/away"], 1)
    fill(tmp_path / "elsewhere", ["fox"])
    (tmp_path / "set" / "fox").symlink_to(tmp_path / "elsewhere" / "fox")
    for ending in ("jfif", "TIF", "Webp", "pgm"):
        Image.new("L", (4, 4)).save(tmp_path / "x.png")
        form = {"jfif": "JPEG", "TIF": "TIFF", "Webp": "WEBP", "pgm": "PPM"}[ending]
        Image.new("L", (4, 4)).save(tmp_path / "set" / "fox" / f"x.{ending}", form)
    assert names_in(tmp_path / "set") == {
        "cat": ["0.JPEG", "1.JPEG"],
        "dog": ["0.png", "0.png"],
        "fox": ["0.png", "1.png", "x.TIF", "x.Webp", "x.jfif", "x.pgm"],
    }
    assert Samples(plan(), load_source(str(tmp_path / "set"))).train_counts == (2, 2, 6)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        *((name, "train") for name in ("train", "Training", "TRAIN", "training_set", "trainset")),
        *((name, "train") for name in ("train2017", "train_images", "seg_train", "train-data")),
        *((name, "test") for name in ("test", "Testing", "val", "valid", "validation", "VAL")),
        *((name, "test") for name in ("val2017", "test_set", "validation_data", "dev", "eval")),
        *((name, "") for name in ("trains", "trainer", "cat", "latest", "contest", "values")),
        *((name, "") for name in ("test_run", "invalid", "device", "evaluate_me", "", "2017")),
    ],
)
def test_the_names_of_splits(name, split):
    assert split_of(name) == split


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"),
        ("train", "val"),
        ("Training", "Validation"),
        ("train", "valid"),
        ("training_set/training_set", "test_set/test_set"),
        ("seg_train/seg_train", "seg_test/seg_test"),
    ],
)
def test_splits_by_the_names_in_use(train, test, tmp_path):
    fill(tmp_path / train, count=3)
    fill(tmp_path / test, count=1)
    source = load_source(str(tmp_path))
    assert source.class_names == ("cat", "dog")
    assert source.train_counts == (3, 3)
    assert source.test.labels.tolist() == [0, 1]
    assert f"test samples: those of {test.split('/')[0]}" in source.notes


def test_an_unlabelled_test_folder_is_left_and_said(tmp_path):
    fill(tmp_path / "train")
    fill(tmp_path / "val", count=1)
    fill(tmp_path, ["test"])
    source = load_source(str(tmp_path))
    assert source.test.labels.tolist() == [0, 1]
    assert source.notes == (
        "test samples: those of val",
        "the folder test is left: it has no folder a class",
    )
    fill(tmp_path / "test2017", ["images"])
    assert "the folder test2017 is left: no class of the training is in it" in find_notes(tmp_path)


def find_notes(folder):
    return find_images(folder).notes


def test_one_test_split_is_taken_and_the_other_said(tmp_path):
    for name in ("train", "val", "test"):
        fill(tmp_path / name)
    assert find_notes(tmp_path) == (
        "test samples: those of test",
        "the folder val is left: one test split suffices",
    )


def test_a_test_split_alone(tmp_path):
    fill(tmp_path / "set" / "val")
    fill(tmp_path / "set" / "test")
    for path in (tmp_path / "set", tmp_path / "set" / "val"):
        assert load_source(str(path)).only_test
        assert load_source(str(path)).train_counts == ()
    fill(tmp_path / "test" / "train")
    assert not load_source(str(tmp_path / "test")).only_test


def test_classes_that_are_called_like_splits(tmp_path):
    fill(tmp_path, ["bus", "train", "test"])
    assert set(names_in(tmp_path)) == {"bus", "train", "test"}


def test_folders_within_folders_of_an_archive(tmp_path):
    fill(tmp_path / "archive" / "data" / "images")
    assert names_in(tmp_path) == PLAIN
    assert find_notes(tmp_path) == (
        f"the classes are the folders of {tmp_path / 'archive' / 'data' / 'images'}",
    )


def test_test_classes_that_the_training_has_not_are_left_and_said(tmp_path):
    fill(tmp_path / "train")
    fill(tmp_path / "test", ["cat", "unknown"])
    source = load_source(str(tmp_path))
    assert source.test.labels.tolist() == [0, 0]
    assert "test: left, no class of the training: unknown" in source.notes


def test_a_class_without_images_is_said_and_counted_if_the_network_tells_it(tmp_path, workshop):
    fill(tmp_path / "set", ["bird", "cat", "dog"])
    for path in (tmp_path / "set" / "cat").iterdir():
        path.unlink()
    source = load_source(str(tmp_path / "set"))
    assert source.class_names == ("bird", "dog")
    assert "no image is in the folder of cat" in source.notes
    path = workshop.save("epoch_1.pt", workshop.state())  # of three classes
    out = workshop.folder / "run"
    recorded = RecordPlan(
        "user_net:network", (str(path),), str(tmp_path / "set"), trusted=True, layers=("stages",)
    )
    record_checkpoints(recorded, out)
    run = Run(out)
    assert run.manifest.class_names == ("bird", "cat", "dog")
    assert run.manifest.train_counts == (2, 0, 2)
    assert run.snapshot(1).statistics(1, "train").counts.tolist() == [2, 0, 2]


def test_too_few_classes_are_told(tmp_path):
    fill(tmp_path / "one", ["cat"])
    with pytest.raises(UserError, match="images of one class only, 'cat'"):
        find_images(tmp_path / "one")
    (tmp_path / "loose").mkdir()
    Image.new("L", (4, 4)).save(tmp_path / "loose" / "0.png")
    with pytest.raises(UserError, match="holds images without classes"):
        find_images(tmp_path / "loose")
    (tmp_path / "none").mkdir()
    with pytest.raises(UserError, match="is no folder of images"):
        find_images(tmp_path / "none")


def plan(**changes):
    return RecordPlan(model="m", checkpoints=("c",), data="d", per_class=9, **changes)


def test_one_bad_image_among_many(tmp_path):
    fill(tmp_path, count=5)
    whole = (tmp_path / "dog" / "3.png").read_bytes()
    (tmp_path / "dog" / "3.png").write_bytes(whole[:-30])
    samples = Samples(plan(), load_source(str(tmp_path)))
    assert samples.parts["train"].labels.tolist() == [0] * 5 + [1] * 4
    assert samples.parts["train"].images[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 4, 50, 51, 52, 54]
    assert samples.notes == [
        "1 of 10 images cannot be read and are left out: dog/3.png",
        "the classes have 4 to 5 samples, counted in the training samples",
    ]
    assert samples.train_counts == (5, 4)


def test_classes_are_as_large_as_what_can_be_read(tmp_path):
    fill(tmp_path, count=6)
    for number in range(6, 9):
        (tmp_path / "dog" / f"{number}.png").write_bytes(b"<html>404</html>")
    assert Samples(plan(), load_source(str(tmp_path))).train_counts == (6, 6)


def test_of_a_class_that_is_read_in_part_the_size_is_estimated_and_said(tmp_path):
    fill(tmp_path, count=40)
    for number in range(20):
        (tmp_path / "dog" / f"{number}.png").write_bytes(b"<html>404</html>")
    samples = Samples(plan(), load_source(str(tmp_path)))
    read = samples.parts["train"].labels.tolist().count(1)
    assert 0 < read < 9  # by the seed: about half
    assert samples.train_counts == (40, round(40 * read / 9))
    assert any("sizes are estimated" in words for words in samples.notes)


def test_what_has_no_contents_is_no_sample_and_said(tmp_path):
    fill(tmp_path, count=3)
    (tmp_path / "cat" / "a.png").touch()
    (tmp_path / "cat" / "b.png").symlink_to("nowhere.png")
    (tmp_path / "dog" / "c.png").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "dog" / "d.png")
    source = load_source(str(tmp_path))
    assert source.train_counts == (3, 3)
    assert source.notes == (
        "files without contents (empty ones, dead links, pipes) are left: "
        "cat/a.png, cat/b.png, dog/c.png and 1 more",
    )


def test_classes_of_files_without_contents_are_told(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.png").touch()
    with pytest.raises(UserError, match=r"two classes\. Files without contents .*cat/0\.png"):
        find_images(tmp_path)


def test_what_lies_beside_the_splits_is_said(tmp_path):
    fill(tmp_path / "TRAIN")
    fill(tmp_path / "holdout")
    fill(tmp_path / "training2")
    fill(tmp_path, names=("pictures",))
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "0.txt").write_text("cat")
    Image.new("L", (4, 4)).save(tmp_path / "cover.png")
    assert find_images(tmp_path).notes == (
        "the folder holdout is left: its name is that of no split, such as 'test'",
        "the folder pictures is left: it has no folder a class",
        "the folder training2 is left: one training split suffices",
        "images in no folder of a class are left: cover.png",
    )


def test_a_class_whose_images_are_all_bad_is_said(tmp_path):
    fill(tmp_path, ["cat", "dog", "fox"], count=3)
    for path in (tmp_path / "dog").iterdir():
        path.write_bytes(b"<html>404</html>")
    samples = Samples(plan(), load_source(str(tmp_path)))
    assert np.unique(samples.parts["train"].labels).tolist() == [0, 2]
    assert "no image of dog that was drawn can be read" in samples.notes
    for path in (tmp_path / "cat").iterdir():
        path.write_bytes(b"<html>404</html>")
    with pytest.raises(UserError, match=r"6 of 9 images cannot be read; the first: .*cat/0\.png"):
        Samples(plan(), load_source(str(tmp_path)))


def test_names_of_any_bytes_become_text(tmp_path):
    fill(tmp_path)
    os.rename(os.fsencode(tmp_path / "dog"), os.fsencode(tmp_path) + b"/d\xf6g")
    names = load_source(str(tmp_path)).class_names
    assert names[0] == "cat"
    "".join(names).encode("utf-8")
    assert len(Samples(plan(), load_source(str(tmp_path))).parts["train"].labels) == 4


def test_names_that_look_alike_are_one_class(tmp_path):
    fill(tmp_path / "train", ["cafe\u0301", "tea"])
    fill(tmp_path / "test", ["caf\u00e9", "tea"])
    assert load_source(str(tmp_path)).test.labels.tolist() == [0, 0, 1, 1]


def test_images_of_different_sizes_are_said(tmp_path):
    fill(tmp_path)
    Image.new("L", (9, 5)).save(tmp_path / "cat" / "wide.png")
    samples = Samples(plan(), load_source(str(tmp_path)))
    assert samples.notes[0] == "the square in the middle of each image, resized to 224×224"


def test_more_folders_than_a_run_has_classes_are_refused_before_one_is_opened(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(image_folder, "MOST_CLASSES", 3)
    monkeypatch.setattr(image_folder, "_images", None)
    fill(tmp_path, "abcd")
    with pytest.raises(UserError, match="holds 4 folders: a run has at most 3 classes"):
        find_images(tmp_path)
