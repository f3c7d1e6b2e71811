"""Bad checkpoints end in one clear sentence, and nothing in them runs."""

import re
import tracemalloc

import pytest
import torch
from hostile_checkpoints import BELL, MAKERS, make_all

from ncviz.cli import main

pytestmark = pytest.mark.usefixtures("own_signals")


def sentence(capsys, arguments):
    capsys.readouterr()
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1, err
    assert err.startswith("ncviz: ")
    assert err.endswith(".\n")
    return err


@pytest.mark.parametrize("name", MAKERS)
def test_a_bad_checkpoint_is_refused(workshop, capsys, name):
    state = workshop.state()
    hostile = make_all(workshop.folder / "bad", state)[name]
    tracemalloc.start()
    if name == "twins":
        words = sentence(capsys, workshop.arguments(*hostile.files))
    else:
        (path,) = hostile.files
        words = sentence(capsys, workshop.arguments(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert re.search(hostile.words, words), words
    assert len(words) < 900
    assert peak < 150e6
    assert not (workshop.folder / "run").exists()
    assert not list(workshop.folder.rglob(BELL))


def test_one_bad_file_among_many_is_named_and_skipped(workshop, capsys):
    bad = make_all(workshop.folder / "bad", workshop.state())["calls-out"].files[0]
    good = [workshop.save(f"epoch_{e}.pt", workshop.state(e)) for e in (1, 2, 10)]
    bad = bad.rename(workshop.folder / "epoch_3.pt")
    assert main(workshop.arguments(workshop.folder / "epoch_*.pt")) == 0
    out, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert re.search(r"skipped: .*epoch_3\.pt wants to call", err)
    assert "3 recorded" in out
    assert len(good) == 3
    assert not list(workshop.folder.rglob(BELL))


def test_all_bad_is_an_error(workshop, capsys):
    for epoch in (1, 2):
        workshop.save(f"epoch_{epoch}.pt", workshop.state(channels=5))
    assert main(workshop.arguments(workshop.folder)) == 1
    err = capsys.readouterr().err
    assert "None of the 2 checkpoints can be recorded; the first: " in err
    assert not (workshop.folder / "run").exists()


def test_a_place_that_cannot_be_written_is_told(workshop, capsys):
    path = workshop.save("epoch_1.pt", workshop.state())
    (workshop.folder / "file").write_text("in the way")
    assert "cannot be made" in sentence(capsys, workshop.arguments(path, out="file/run"))
    (workshop.folder / "taken").mkdir()
    (workshop.folder / "taken" / "thesis.txt").write_text("mine")
    assert "exists already" in sentence(capsys, workshop.arguments(path, out="taken"))
    # Root may write everywhere but here.
    arguments = workshop.arguments(path, out="unused")
    arguments[arguments.index("--out") + 1] = "/proc/run"
    assert "cannot be made" in sentence(capsys, arguments)


def test_code_is_not_imported_without_a_yes(workshop, capsys):
    path = workshop.save("epoch_1.pt", workshop.state())
    (workshop.folder / "loud.py").write_text(f"open({BELL!r}, 'w')\n")
    arguments = workshop.arguments(path)
    arguments.remove("--yes")
    arguments[arguments.index("user_net:network")] = "loud:network"
    assert "was not imported: say yes" in sentence(capsys, arguments)
    assert not (workshop.folder / BELL).exists()


def test_a_storage_that_claims_too_much_is_refused(workshop, capsys):
    """A tensor larger than its bytes in the file must not read beyond them."""
    path = workshop.save("epoch_1.pt", {"head.weight": torch.ones(3, 4)})
    content = path.read_bytes()
    # The number of elements, 12, becomes 250 in the pickle, and so do the shape's numbers not.
    position = content.index(b"K\x0ct")
    path.write_bytes(content[: position + 1] + b"\xfa" + content[position + 2 :])
    words = sentence(capsys, workshop.arguments(path))
    assert "does not fit" in words or "is damaged" in words
