"""Which run a file was made from, and that it names nobody."""

from dataclasses import replace

import pytest

from ncviz.runs.fingerprint import fingerprint, without_folders
from ncviz.runs.manifest import Manifest, RecordedLayer

MADE = Manifest(
    title="a run",
    class_names=("cat", "dog"),
    layers=(RecordedLayer("input", 4), RecordedLayer("layer 1", 2)),
    created="2026-01-02T03:04:05+00:00",
    recipe={"seed": 3, "epochs": 5},
)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "another name"},
        {"state": "stopped"},
        {"epochs": 9, "recorded": (0, 9)},
        {"recipe": {"seed": 3, "epochs": 9}},
        {"message": "The disk is full."},
    ],
)
def test_a_run_that_is_renamed_or_goes_on_stays_the_same(changed):
    assert fingerprint(replace(MADE, **changed)) == fingerprint(MADE)


@pytest.mark.parametrize(
    "changed",
    [
        {"created": "2026-01-02T03:04:06+00:00"},
        {"class_names": ("cat", "cow")},
        {"layers": (RecordedLayer("input", 4), RecordedLayer("layer 1", 3))},
        {"recipe": {"seed": 4, "epochs": 5}},
    ],
)
def test_another_run_is_another_one(changed):
    assert fingerprint(replace(MADE, **changed)) != fingerprint(MADE)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("/home/ada/x.pt", "x.pt"),
        ("~/x/y.pt", "y.pt"),
        ("C:\\Users\\Ada\\x.pt", "x.pt"),
        ("\\\\server\\ada\\x.pt", "x.pt"),
        ("/home/Ada Love/x y.pt", "x y.pt"),
        ("recipe:/home/ada/r.toml", "recipe:r.toml"),
        ("run:C:/Users/ada/r", "run:r"),
        ("/home/ada/net.py:make", "net.py:make"),
        ("../ada/x.pt", "x.pt"),
        ("file '/home/ada/x.pt' was skipped", "file 'x.pt' was skipped"),
        ({"files": ["/home/ada/1.pt", ("/home/ada/2.pt",)]}, {"files": ["1.pt", ["2.pt"]]}),
        # No paths of a machine:
        ("torchvision:resnet18", "torchvision:resnet18"),
        ("weights/epoch 3.pt", "weights/epoch 3.pt"),
        ("pixels times 1/255, less 0.5", "pixels times 1/255, less 0.5"),
        ("https://example.org/a/b.html", "https://example.org/a/b.html"),
        (3, 3),
        (None, None),
        ("", ""),
        ("/", "/"),
    ],
)
def test_folders_are_left_out_and_nothing_else(said, kept):
    assert without_folders(said) == kept
