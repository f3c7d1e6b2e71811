"""A folder that is called like a checkpoint's file: one of shares is read, others are named."""

import warnings
import zipfile

import pytest
import torch
from torch.distributed import checkpoint

from ncviz.errors import UserError
from ncviz.recording.plan import RecordPlan
from ncviz.recording.setting_up import look_at_checkpoints

STATE = {"head.weight": torch.ones(3, 4), "head.bias": torch.zeros(3)}


def _unpacked(folder):
    torch.save(STATE, folder.parent / "saved")
    zipfile.ZipFile(folder.parent / "saved").extractall(folder)
    (folder.parent / "saved").unlink()


def _save_in_shares(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that one process saves alone
        checkpoint.save(STATE, checkpoint_id=folder)


def _shares_without_their_list(folder):
    _save_in_shares(folder)
    (folder / ".metadata").unlink()


def _others(folder):
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        (folder / name).touch()


KINDS = {
    "empty": (lambda folder: None, "epoch_2.pt is an empty folder: give the checkpoints' files."),
    "other files": (
        _others,
        "epoch_2.pt is a folder that holds a.txt, b.txt and 2 more and no checkpoint",
    ),
    "unpacked": (_unpacked, "epoch_2.pt is a file of torch.save that was unpacked into a folder"),
    "shares": (_shares_without_their_list, "epoch_2.pt holds shares of torch.distributed"),
    "of Keras": (
        lambda folder: (folder / "model.weights.h5").touch(),
        "epoch_2.pt is a network of Keras",
    ),
}


@pytest.mark.parametrize("given", [".", "epoch_2.pt", "*.pt"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_it_is_is_said_alone_and_beside_others(tmp_path, kind, given):
    make, words = KINDS[kind]
    folder = tmp_path / "epoch_2.pt"
    folder.mkdir()
    make(folder)
    plan = RecordPlan(checkpoints=(str(tmp_path / given),))
    with pytest.raises(UserError) as caught:
        look_at_checkpoints(plan)
    assert words in str(caught.value)
    if given == "epoch_2.pt":
        return
    torch.save(STATE, tmp_path / "epoch_1.pt")
    seen = look_at_checkpoints(plan)
    assert seen.epochs == (1,)
    assert [words in skipped.sentence for skipped in seen.skipped] == [True]


@pytest.mark.parametrize("given", [".", "*.pt"])
def test_checkpoints_of_shares_and_folders_of_one_are_read(tmp_path, given):
    for epoch in (1, 2):
        _save_in_shares(tmp_path / f"epoch_{epoch}.pt")
    (tmp_path / "epoch_3.pt").mkdir()
    torch.save(STATE, tmp_path / "epoch_3.pt" / "model.bin")
    assert look_at_checkpoints(RecordPlan(checkpoints=(str(tmp_path / given),))).epochs == (1, 2, 3)
