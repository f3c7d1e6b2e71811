"""Checkpoints in the order of their epochs: what files, names and the user say together."""

import json
import os
from fractions import Fraction
from pathlib import Path

import pytest

from ncviz.counting import EPOCHS, Counting
from ncviz.errors import UserError
from ncviz.recording import checkpoint_paths
from ncviz.recording.checkpoint_paths import find_checkpoints
from ncviz.recording.epochs import Told, given_epochs, in_order, told_beside, told_by_entry


def order(*names, pattern="", given=None, **told):
    """Order names of files; what they hold is told by their stems."""
    files = {Path(name): Told.of(*told.get(Path(name).stem, (None, None))) for name in names}
    own = given_epochs(tuple(files), given or {})
    return in_order(files, pattern, own)


def numbers(found):
    return [(epoch, path.name) for epoch, path in found.found]


def left_out(found):
    return {Path(skipped.path): skipped.sentence for skipped in found.skipped}


def test_names_are_said_to_be_the_source():
    found = order("rep3_epoch1.pt", "rep3_epoch2.pt")
    assert numbers(found) == [(1, "rep3_epoch1.pt"), (2, "rep3_epoch2.pt")]
    assert found.said == "Epochs: the number after 'epoch' in their names."
    assert found.counting == EPOCHS


def test_steps_are_said_to_be_steps():
    found = order("step_800000.pt", "step_1200000.pt")
    assert [epoch for epoch, _ in found.found] == [800_000, 1_200_000]
    assert found.counting == Counting("step")
    assert found.said.startswith("The numbers count steps and not epochs: the number after 'step'")


@pytest.mark.parametrize(
    ("names", "expected", "counting", "words"),
    [
        (
            "e0.0 e0.5 e1.0 e1.5",
            [0, 1, 2, 3],
            Counting("epoch", 2),
            "halves of an epoch",
        ),
        ("epoch_0.25 epoch_1", [1, 4], Counting("epoch", 4), "quarters of an epoch"),
        ("e0.1 e0.12", [5, 6], Counting("epoch", 50), "1/50 of an epoch"),
        ("e1.0 e2.0", [1, 2], EPOCHS, "Epochs"),
        ("e1.001 e1.0013", [0, 1], Counting("checkpoint"), "checkpoints"),
    ],
)
def test_parts_of_an_epoch_are_counted(names, expected, counting, words):
    found = order(*(f"{name}.pt" for name in names.split()))
    assert ([epoch for epoch, _ in found.found], found.counting) == (expected, counting)
    assert words in found.said


def test_what_the_files_say_comes_before_their_names():
    found = order("epoch_1.pt", "epoch_2.pt", epoch_1=(0, None), epoch_2=(1, None))
    assert [epoch for epoch, _ in found.found] == [0, 1]
    assert "their names hold other numbers: epoch_1.pt is of epoch 0" in found.said


def test_whole_steps_come_before_parts_of_epochs():
    found = order("a.pt", "b.pt", a=(0.53, 500), b=(1.07, 1000))
    assert ([epoch for epoch, _ in found.found], found.counting) == (
        [500, 1000],
        Counting("step"),
    )
    found = order("checkpoint-500.pt", "checkpoint-1000.pt", **{"checkpoint-500": (0.53, 500)})
    assert [epoch for epoch, _ in found.found] == [500, 1000]
    assert found.counting == Counting("step")


@pytest.mark.parametrize(
    ("names", "counting"),
    [
        (("checkpoint-500/a.bin", "checkpoint-1000/a.bin"), Counting("step")),  # of the Trainer
        (("checkpoint_5/a.bin", "checkpoint_10/a.bin"), EPOCHS),
        (("checkpoint-5.pt", "checkpoint-10.pt"), EPOCHS),
    ],
)
def test_the_folders_of_the_trainer_count_steps(names, counting):
    assert order(*names).counting == counting


def test_of_a_copy_the_later_one_is_kept_and_the_other_named():
    found = order("epoch=9.ckpt", "epoch=10.ckpt", "epoch=10-v1.ckpt", "epoch=10-v2.ckpt")
    assert numbers(found) == [(9, "epoch=9.ckpt"), (10, "epoch=10-v2.ckpt")]
    assert left_out(found) == {
        Path("epoch=10.ckpt"): "epoch=10.ckpt is of epoch 10, as epoch=10-v2.ckpt is, "
        "the later one.",
        Path("epoch=10-v1.ckpt"): "epoch=10-v1.ckpt is of epoch 10, as epoch=10-v2.ckpt is, "
        "the later one.",
    }


def test_a_file_that_a_pattern_does_not_fit_says_so():
    paths = [Path("net_1.pt"), Path("net_2.pt"), Path("best.pt")]
    found = in_order(dict.fromkeys(paths, Told()), "net_{epoch}.pt")
    said = "best.pt has no number where the pattern net_{epoch}.pt says."
    assert left_out(found) == {paths[2]: said}


def test_a_clash_costs_one_file_alone():
    names = ["epoch_1.pt", "epoch_2.pt", "epoch_3.pt", "best_epoch_3.pt", "swa_epoch_2.pt"]
    found = order(*names)
    assert numbers(found) == [(1, names[0]), (2, names[1]), (3, names[2])]
    assert set(left_out(found)) == {Path(name) for name in names[3:]}


def test_of_two_trainings_one_is_kept_whole(tmp_path):
    names = [f"fold{fold}_epoch{epoch}.pt" for fold in (1, 2) for epoch in (1, 2, 3)]
    for time, name in enumerate(names, 1):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time, time))
    found = in_order({tmp_path / name: Told() for name in names})
    assert [path.name for _, path in found.found] == names[3:]
    assert len(left_out(found)) == 3
    # In folders of their own, and the larger one.
    names = ["a/epoch_1.pt", "b/epoch_1.pt", "b/epoch_2.pt"]
    assert [str(path) for _, path in order(*names).found] == names[1:]


def test_a_safetensors_file_stands_for_its_twin():
    found = order("checkpoint-5/pytorch_model.bin", "checkpoint-5/model.safetensors")
    assert numbers(found) == [(5, "model.safetensors")]
    found = order("pytorch_model.bin", "model.safetensors")
    assert numbers(found) == [(0, "model.safetensors")]
    assert "says no epoch: it counts as checkpoint 0" in found.said


def test_a_single_file_without_a_number_is_said_to_have_none():
    found = order("best.pt")
    assert numbers(found) == [(0, "best.pt")]
    assert found.said == "best.pt says no epoch: it counts as checkpoint 0."


def test_several_without_numbers_are_refused_with_a_way_out():
    with pytest.raises(UserError, match=r"seed1\.pt says no epoch.*--epoch-pattern.*--epochs"):
        order("seed1.pt", "seed2.pt")
    found = order("seed1.pt", "seed2.pt", pattern="seed{epoch}")
    assert [epoch for epoch, _ in found.found] == [1, 2]
    found = order("best.pt", "last.pt", given={"last.pt": 200, "best.pt": 150})
    assert numbers(found) == [(150, "best.pt"), (200, "last.pt")]
    assert found.said == "Epochs: as they were given."
    with pytest.raises(UserError, match="finds no number"):
        order("a.pt", "b.pt", pattern="seed{epoch}")


def test_one_file_is_corrected_by_hand():
    found = order("e1.pt", "e2.pt", "last.pt", given={"last.pt": 9, "e2.pt": 3})
    assert numbers(found) == [(1, "e1.pt"), (3, "e2.pt"), (9, "last.pt")]
    assert "but for those that were given" in found.said
    with pytest.raises(UserError, match=r"No checkpoint is named e7\.pt"):
        order("e1.pt", given={"e7.pt": 3})
    with pytest.raises(UserError, match=r"2 checkpoints are named e1\.pt"):
        order("a/e1.pt", "b/e1.pt", given={"e1.pt": 3})
    assert numbers(order("a/e1.pt", "b/e1.pt", given={"b/e1.pt": 3})) == [
        (1, "e1.pt"),
        (3, "e1.pt"),
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"epoch": 2.0, "global_step": 200}, Told(Fraction(2), 200)),
        ({"epoch": 0.53, "global_step": 50}, Told(Fraction(53, 100), 50)),
        ({"epoch": "2", "global_step": None}, Told()),
        ({"epoch": -1, "global_step": 1e99}, Told()),
        ({"epoch": float("nan"), "global_step": True}, Told()),
        ([1], Told()),
    ],
)
def test_the_trainers_state_tells_the_time(tmp_path, said, expected):
    (tmp_path / "trainer_state.json").write_text(json.dumps(said))
    assert told_beside(tmp_path / "model.safetensors") == expected


def test_a_trainers_state_that_is_none_tells_nothing(tmp_path):
    state = tmp_path / "trainer_state.json"
    for content in (b"", b"\xff", b"[" * 10_000, b"9" * 5_000):
        state.write_bytes(content)
        assert told_beside(tmp_path / "model.pt") == Told()
    state.unlink()
    os.mkfifo(state)
    assert told_beside(tmp_path / "model.pt") == Told()


def test_a_folder_gives_its_files_and_those_of_numbered_folders(tmp_path):
    for name in (
        *("checkpoint-100/model.safetensors", "checkpoint-200/unet/part.safetensors"),
        *("epoch_3/weights.pt", "300/model.bin", "runs/other.pt", "last.pt", "notes.txt"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    found = {path.relative_to(tmp_path).as_posix() for path in find_checkpoints([str(tmp_path)])}
    assert found == {
        *("checkpoint-100/model.safetensors", "checkpoint-200/unet/part.safetensors"),
        *("epoch_3/weights.pt", "300/model.bin", "last.pt"),
    }
    found = find_checkpoints([str(tmp_path / "checkpoint-*")])
    assert [path.name for path in found] == ["model.safetensors", "part.safetensors"]


def test_far_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint_paths, "MOST_FILES", 3)
    for number in range(5):
        (tmp_path / f"{number}.pt").touch()
    with pytest.raises(UserError, match="more than 3 checkpoints"):
        find_checkpoints([str(tmp_path)])


def test_links_that_lead_in_circles_end_no_recording(tmp_path):
    """Those files are told of one by one; a link to the folder itself adds nothing."""
    for number in (1, 2):
        (tmp_path / f"e_{number}.pt").write_bytes(b"x")
    (tmp_path / "e_4.pt").symlink_to(tmp_path / "e_5.pt")
    (tmp_path / "e_5.pt").symlink_to(tmp_path / "e_4.pt")
    (tmp_path / "me").symlink_to(".")
    (tmp_path / "e_8.pt").mkdir()
    inside = [path.name for path in find_checkpoints([str(tmp_path)])]
    assert inside == ["e_1.pt", "e_2.pt", "e_4.pt", "e_5.pt", "e_8.pt"]
    below = find_checkpoints([str(tmp_path / "**" / "*.pt")])
    assert sorted(path.name for path in below) == inside


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("epoch_2", Told(epoch=Fraction(2))),
        ("networks.epoch-3.state_dict", Told(epoch=Fraction(3))),
        ("step_500.model", Told(step=500)),
        *((place, Told()) for place in ("", "model", "e1", "encoder_q", "layer4", "stage1", "7")),
    ],
)
def test_an_entry_that_is_named_by_its_epoch_tells_it(place, told):
    assert told_by_entry(place) == told
