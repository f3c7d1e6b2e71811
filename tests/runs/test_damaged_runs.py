"""Whatever a disk, a colleague or a cosmic ray did to a run: a sentence, never a traceback."""

import json
import shutil
import struct

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.export.tables import metrics_csv
from ncviz.metrics.measures import measure_run
from ncviz.runs.probe import Probe
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View

SNAPSHOT = "snapshots/000001.safetensors"


def use(path):
    """Do with a run whatever the program does with one."""
    run = Run(path)
    for epoch in run.epochs:
        run.snapshot(epoch).load()
        for layer in range(len(run.manifest.layers)):
            compose(run, View(epoch=epoch, layer=layer))
    measured = measure_run(run)
    json.dumps(measured, allow_nan=False)
    metrics_csv(run)
    return measured


def header_claim(length, text=b"{}"):
    return struct.pack("<Q", length) + text


def foreign(**tensors):
    return safetensors.numpy.save(tensors)


def with_metadata(path, **metadata):
    """Return a snapshot's bytes with other metadata."""
    known = {"epoch": "1", "layers": "2", "scalars": "{}"} | metadata
    kept = {key: value for key, value in known.items() if value is not None}
    return safetensors.numpy.save(safetensors.numpy.load_file(path), metadata=kept)


def with_arrays(path, **arrays):
    """Return a snapshot's bytes with some arrays replaced; None takes one away."""
    tensors = safetensors.numpy.load_file(path)
    for name, array in arrays.items():
        tensors[name.replace("__", ".")] = array
    kept = {key: value for key, value in tensors.items() if value is not None}
    metadata = {"epoch": "1", "layers": "2", "scalars": "{}"}
    return safetensors.numpy.save(kept, metadata=metadata)


def test_a_whole_run_can_be_used(growing_run):
    assert len(use(growing_run.path)["layers"]) == 3 * 2 * 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"PNG not a snapshot at all",
        b"\0" * 200,
        header_claim(2**64 - 1),
        header_claim(2**40),
        header_claim(10**8, b"{" * 100),
        header_claim(2),
        header_claim(3, b"[1]"),
        header_claim(7, b'{"a":1}'),
        header_claim(14, b'{"a":\n\n\n\n\n12}'),
        header_claim(8, b"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8"),
    ],
)
def test_what_is_no_snapshot_names_the_file(growing_run, refuses, content):
    (growing_run.path / SNAPSHOT).write_bytes(content)
    run = Run(growing_run.path)
    assert run.epochs == (0, 1, 2)
    with refuses("000001.safetensors", "snapshot"):
        run.snapshot(1)
    assert run.snapshot(2).load().epoch == 2  # the others can still be read
    with refuses("000001.safetensors"):
        measure_run(run)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.9999])
def test_a_truncated_snapshot_names_the_file(growing_run, refuses, share):
    path = growing_run.path / SNAPSHOT
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with refuses("000001.safetensors", "damaged"):
        Run(growing_run.path).snapshot(1)


@pytest.mark.parametrize(
    "metadata",
    [
        {"epoch": None},
        {"layers": None},
        {"scalars": None},
        {"epoch": "one"},
        {"scalars": "["},
        {"scalars": "[1, 2]"},
        {"scalars": '{"train_loss": "low"}'},
        {"scalars": '{"train_loss": null}'},
        {"scalars": '{"train_loss": 1' + "0" * 400 + "}"},
    ],
)
def test_safetensors_of_another_kind_are_no_snapshot(growing_run, refuses, metadata):
    path = growing_run.path / SNAPSHOT
    path.write_bytes(with_metadata(path, **metadata))
    with refuses("000001.safetensors is not a snapshot of an ncviz run"):
        Run(growing_run.path).snapshot(1)


def test_a_snapshot_under_another_epochs_name_is_refused(growing_run, refuses):
    folder = growing_run.path / "snapshots"
    shutil.copy(folder / "000002.safetensors", folder / "000001.safetensors")
    with refuses("000001.safetensors is of epoch 2", "renamed"):
        Run(growing_run.path).snapshot(1)


def test_a_snapshot_of_another_run_is_refused(growing_run, make_run, tmp_path, refuses):
    other = make_run(tmp_path / "other", counts=(8, 8), epochs=(0, 1), widths=(6, 4))
    shutil.copy(other.path / SNAPSHOT, growing_run.path / SNAPSHOT)
    stored = Run(growing_run.path).snapshot(1)
    for read in (
        lambda: stored.statistics(0, "train"),
        lambda: stored.positions(0),
        stored.classifier,
        lambda: stored.probe("nearest"),
        lambda: compose(Run(growing_run.path), View(epoch=1)),
    ):
        with refuses("000001.safetensors is damaged", "does not fit the run"):
            read()


def test_a_snapshot_that_vanished_names_the_file(growing_run, refuses):
    run = Run(growing_run.path)
    (growing_run.path / SNAPSHOT).unlink()
    with refuses("000001.safetensors is missing"):
        run.snapshot(1)
    with refuses(growing_run.path, "no snapshot of epoch 9"):
        run.snapshot(9)


def test_a_folder_in_the_place_of_a_snapshot(growing_run, refuses):
    (growing_run.path / SNAPSHOT).unlink()
    (growing_run.path / SNAPSHOT).mkdir()
    with refuses("000001.safetensors is damaged"):
        Run(growing_run.path).snapshot(1)


MISFITS = {
    "0__train__means": [
        np.ones((3, 6, 1)),
        np.ones((2, 6)),
        np.full((3, 6), 1e200),
        np.eye(3, 6) * 1e96,
    ],
    "0__train__counts": [np.zeros(3, np.int64), np.array([8, -8, 8]), np.ones(3, np.float32)],
    "0__train__within_variance": [np.ones(2), np.array([1.0, -1.0, 1.0]), np.full(3, np.nan)],
    "0__train__class_fuzziness": [np.ones((3, 1)), np.ones(4), None],
    "0__test__means": [np.full((3, 6), np.inf, np.float32), np.ones((3, 6), np.complex64)],
    "0__positions__unit": [np.zeros(1), np.array([-1.0]), np.array([1e300]), np.ones(0), None],
    "0__positions__means": [np.ones(3, np.float32), np.full((3, 2), np.nan, np.float32), None],
    "0__positions__probe": [np.ones((5, 2), np.float16), np.ones((12, 3), np.float16)],
    "1__positions__classifier": [np.ones((2, 2), np.float32), np.ones((3, 7), np.float32)],
    "classifier__weight": [np.ones((4, 4), np.float32), np.full((3, 4), np.nan, np.float32)],
    "classifier__bias": [np.ones(2, np.float32), np.ones((3, 1), np.float32)],
    "probe__predicted": [np.full(12, 3, np.int32), np.zeros(11, np.int32), np.zeros(12)],
    "probe__nearest": [np.full(12, -1, np.int32)],
}


@pytest.mark.parametrize(
    ("name", "array"), [(name, array) for name, arrays in MISFITS.items() for array in arrays]
)
def test_an_array_that_does_not_fit_is_named(growing_run, refuses, name, array):
    path = growing_run.path / SNAPSHOT
    path.write_bytes(with_arrays(path, **{name: array}))
    with refuses("000001.safetensors"):
        use(growing_run.path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    flips=st.lists(st.tuples(st.integers(0, 2**31), st.integers(1, 255)), min_size=1, max_size=4)
)
def test_flipped_bytes_of_a_snapshot_never_crash(growing_run, pristine, flips):
    content = bytearray(pristine)
    for place, change in flips:
        content[place % len(content)] ^= change
    (growing_run.path / SNAPSHOT).write_bytes(content)
    outcome = survives(growing_run.path)
    assert outcome == "" or "000001.safetensors" in outcome


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2**31), change=st.integers(1, 255))
def test_flipped_bytes_of_a_snapshots_header_never_crash(growing_run, pristine, place, change):
    content = bytearray(pristine)
    length = struct.unpack("<Q", content[:8])[0]
    content[place % (8 + length)] ^= change
    (growing_run.path / SNAPSHOT).write_bytes(content)
    outcome = survives(growing_run.path)
    assert outcome == "" or "000001.safetensors" in outcome


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2**31), change=st.integers(1, 255))
def test_flipped_bytes_of_the_probe_never_crash(growing_run, place, change):
    path = growing_run.path / "probe.safetensors"
    content = bytearray(growing_run.probe.to_bytes())
    content[place % len(content)] ^= change
    path.write_bytes(content)
    outcome = survives(growing_run.path)
    assert outcome == "" or "probe.safetensors" in outcome


@pytest.fixture
def pristine(growing_run):
    return (growing_run.path / SNAPSHOT).read_bytes()


def survives(path):
    """Use a run and return the sentence it was refused with, if it was."""
    sentence = ""
    try:
        use(path)
    except UserError as error:
        sentence = str(error)
    assert sentence == "" or sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


# The probe


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        header_claim(2**50),
        foreign(other=np.zeros(3)),
        Probe(np.arange(12) % 3).to_bytes()[:-1],
    ],
)
def test_a_damaged_probe_names_the_file(growing_run, refuses, content):
    (growing_run.path / "probe.safetensors").write_bytes(content)
    with refuses("probe.safetensors is missing or damaged"):
        Run(growing_run.path)


def test_a_missing_probe_names_the_file(growing_run, refuses):
    (growing_run.path / "probe.safetensors").unlink()
    with refuses("probe.safetensors is missing or damaged"):
        Run(growing_run.path)


@pytest.mark.parametrize(
    "tensors",
    [
        {"labels": np.full(12, 3, np.int32)},
        {"labels": np.full(12, -1, np.int32)},
        {"labels": np.zeros((12, 1), np.int32)},
        {"labels": np.zeros(12, np.float32)},
        {"labels": np.zeros(12, np.int32), "images": np.zeros((11, 4, 4), np.uint8)},
        {"labels": np.zeros(12, np.int32), "images": np.zeros((12, 16), np.uint8)},
        {"labels": np.zeros(12, np.int32), "images": np.zeros((12, 4, 4, 2), np.uint8)},
        {"labels": np.zeros(12, np.int32), "images": np.zeros((12, 4, 4), np.float32)},
    ],
)
def test_a_probe_of_another_run_names_the_file(growing_run, refuses, tensors):
    (growing_run.path / "probe.safetensors").write_bytes(foreign(**tensors))
    with refuses("probe.safetensors is damaged", "3 classes"):
        Run(growing_run.path)


def test_colour_images_fit(growing_run):
    images = np.arange(12 * 4 * 5 * 3, dtype=np.uint8).reshape(12, 4, 5, 3)
    probe = Probe(growing_run.probe.labels, images)
    (growing_run.path / "probe.safetensors").write_bytes(probe.to_bytes())
    np.testing.assert_array_equal(Run(growing_run.path).probe.images, images)


# The manifest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '"ncviz run"',
        "{}",
        '{"format": "another"}',
        "\ud83d half a byte",
        "[" * 100_000,
        '{"format": "ncviz run", "version": 1, "title": NaN}',
        '{"format": "ncviz run", "version": 1, "title": "\\ud800"}',
    ],
)
def test_what_is_no_manifest_names_the_file(growing_run, refuses, text):
    path = growing_run.path / "manifest.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with refuses(path):
        Run(growing_run.path)


WRONG = {
    "version": [0, -1, 1.5, "1", None, True, [1], "1\n2"],
    "title": [None, 3, [], {}],
    "class_names": [None, "abc", [], ["one"], [1, 2, 3], [["a"], "b"], {"a": 1}],
    "layers": [None, [], ["input"], [{}], [{"name": "input"}], "input", {"name": "x"}],
    "train_counts": ["123", [1, 2], [1, 2, -3], [1.5, 2, 3], [True, 1, 1], [1, 2, "3"], 3],
    "epochs": ["10", -1, 1e400, 2.5, None, []],
    "recorded": ["012", [0, "1"], [0, 1.5], [[0]], {"0": 1}],
    "learning_rate_drops": [3, [None], [-1]],
    "recipe": [None, [], "recipe", 3],
    "command": [None, 1, []],
    "state": ["", "done", None, 7],
    "message": [None, 1],
    "created": [None, 20260102],
    "software": [None, [], "ncviz"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_value_that_does_not_fit_a_manifest(growing_run, refuses, name, value):
    path = growing_run.path / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8")) | {name: value}
    path.write_text(json.dumps(values).replace("Infinity", "1e400"), encoding="utf-8")
    with refuses(path, "is damaged"):
        Run(growing_run.path)


@pytest.mark.parametrize("name", ["version", "title", "class_names", "layers"])
def test_a_manifest_that_lacks_a_value(growing_run, refuses, name):
    path = growing_run.path / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    del values[name]
    path.write_text(json.dumps(values), encoding="utf-8")
    with refuses(path, f"the lack of {name} does not fit a manifest"):
        Run(growing_run.path)


def test_a_manifest_of_the_bare_minimum(growing_run):
    path = growing_run.path / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    kept = {k: values[k] for k in ("format", "version", "title", "class_names", "layers")}
    path.write_text(json.dumps(kept | {"new": "unknown"}), encoding="utf-8")
    run = Run(growing_run.path)
    assert run.manifest.state == "finished"
    assert run.manifest.train_counts == ()
    assert run.missing_epochs == ()
    assert len(use(growing_run.path)["layers"]) == 12


def test_a_manifest_of_a_newer_format_asks_for_a_newer_ncviz(growing_run, refuses):
    path = growing_run.path / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8")) | {"version": 4, "title": None}
    path.write_text(json.dumps(values), encoding="utf-8")
    with refuses(path, "version 4", "reads versions 1 to 3", "install a newer ncviz"):
        Run(growing_run.path)


def test_a_very_long_value_is_told_in_short(growing_run):
    path = growing_run.path / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8")) | {"layers": ["x" * 10**6]}
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        Run(growing_run.path)
    assert len(str(caught.value)) < 300 + len(str(path))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2**31), change=st.integers(1, 255))
def test_flipped_bytes_of_the_manifest_never_crash(growing_run, place, change):
    path = growing_run.path / "manifest.json"
    content = bytearray(growing_run.manifest.with_state("finished").to_json().encode())
    content[place % len(content)] ^= change
    path.write_bytes(content)
    outcome = survives(growing_run.path)
    assert outcome == "" or str(growing_run.path) in outcome


# The path


def test_paths_that_are_no_runs(tmp_path, refuses):
    file = tmp_path / "photo.png"
    file.write_bytes(b"x")
    with refuses(file, "is not an ncviz run"):
        Run(file)
    with refuses(tmp_path / "nowhere", "does not exist"):
        Run(tmp_path / "nowhere")
    with refuses(tmp_path, "is not an ncviz run", "choose the run's folder"):
        Run(tmp_path)
    with refuses("does not exist"):
        Run(tmp_path / ("x" * 5000))
    with refuses("does not exist"):
        Run(tmp_path / "nowhere" / "manifest.json")
    (tmp_path / "manifest.json").mkdir()
    with refuses("manifest.json cannot be read: Is a directory"):
        Run(tmp_path)
