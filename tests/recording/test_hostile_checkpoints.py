"""Bad checkpoints end in one clear sentence, and nothing in them runs."""

import errno
import io
import os
import re
import struct
import sys
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
import torch
from hostile_checkpoints import BELL, MAKERS, make

from ncviz.cli import main
from ncviz.runs.run import Run

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
    hostile = make(name, workshop.folder / "bad", state)
    tracemalloc.start()
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
    bad = make("calls-out", workshop.folder / "bad", workshop.state()).files[0]
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


@pytest.mark.parametrize(("good", "state"), [(0, None), (2, "failed")])
def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    workshop, capsys, monkeypatch, good, state
):
    for epoch in range(4):
        workshop.save(f"epoch_{epoch}.pt", workshop.state(epoch))
    written = []
    replace = os.replace

    def fill(source, target):
        if "snapshots" in str(target):
            if len(written) >= good:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written.append(target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", fill)
    arguments = workshop.arguments(*(f"epoch_{epoch}.pt" for epoch in range(4)))
    assert "No space left on device" in sentence(capsys, arguments)
    out = workshop.folder / "run"
    if state is None:
        assert not out.exists()
    else:
        run = Run(out)
        assert run.epochs == run.manifest.recorded == (0, 1)
        assert run.manifest.state == state
        assert "No space left" in run.manifest.message
        assert not list(out.rglob("*.partial"))


def test_a_full_memory_is_told(workshop, capsys, monkeypatch):
    path = workshop.save("epoch_1.pt", workshop.state())

    def fail(*_arguments):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 4 TB")

    monkeypatch.setattr(workshop.network.Net, "forward", fail)
    # The network is first run where a shape that it does not take is told.
    assert "can't allocate" in sentence(capsys, workshop.arguments(path))


def test_an_answer_at_the_terminal_lets_code_be_imported(workshop, capsys, monkeypatch):
    path = workshop.save("epoch_1.pt", workshop.state())
    arguments = [word for word in workshop.arguments(path) if word != "--yes"]
    for word, status in (("no\n", 1), ("y\n", 0)):
        terminal = io.StringIO(word)
        terminal.isatty = lambda: True
        monkeypatch.setattr(sys, "stdin", terminal)
        assert main(arguments) == status
        assert "imports and runs user_net:network. Do you trust it?" in capsys.readouterr().err
    assert Run(workshop.folder / "run").epochs == (1,)


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


def bad_data(name, folder):
    """Make data that cannot be measured; return what to give to --data, and words of why."""
    path = folder / f"{name}.npz"
    labels = np.arange(6) % 3
    if name == "objects":
        np.savez(path, images=np.array([Bell(folder / BELL)] * 6, dtype=object), labels=labels)
        return path, "'images', which holds Python objects, which could run code"
    if name == "claims":
        header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999, 8, 8), }"
        with zipfile.ZipFile(path, "w") as archive:
            array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(9)
            archive.writestr("images.npy", array)
        return path, "not a whole npz file"
    if name == "text":
        path.write_text("my thesis")
        return path, "not a whole npz file"
    if name == "nan":
        np.savez(path, images=np.full((6, 8, 8), np.nan), labels=labels)
        return path, "all samples of 'images' hold NaN or infinite values"
    if name == "bomb":
        return images_with(folder, png_of(200_000, 200_000)), "cannot be read|100 million pixels"
    if name == "damaged":
        return images_with(folder, png_of(4, 4)), r"Prüfung 漢\.png is damaged"
    if name == "absent":
        return "nowhere.npz", "There are no data 'nowhere.npz'"
    if name == "zeros":
        np.savez(path, images=np.zeros((0, 8, 8)), labels=labels[:0])
        return path, "it is empty"
    raise ValueError(name)


class Bell:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def png_of(width, height):
    """Return the beginning of a picture that claims to be so large."""
    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    start = struct.pack(">I", 13) + b"IHDR" + size + struct.pack(">I", zlib.crc32(b"IHDR" + size))
    return b"\x89PNG\r\n\x1a\n" + start + struct.pack(">I", 99) + b"IDAT" + b"x"


def images_with(folder, content):
    for name in ("α", "b", "c"):
        (folder / "pictures" / name).mkdir(parents=True)
        (folder / "pictures" / name / "Prüfung 漢.png").write_bytes(content)
    return folder / "pictures"


@pytest.mark.parametrize(
    "name", ["objects", "claims", "text", "nan", "bomb", "damaged", "absent", "zeros"]
)
def test_bad_data_are_refused(workshop, capsys, name):
    checkpoint = workshop.save("epoch_1.pt", workshop.state())
    arguments = workshop.arguments(checkpoint)
    given, expected = bad_data(name, workshop.folder)
    arguments[arguments.index("--data") + 1] = str(given)
    tracemalloc.start()
    words = sentence(capsys, arguments)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert re.search(expected, words), words
    assert peak < 150e6
    assert not (workshop.folder / "run").exists()
    assert not list(workshop.folder.rglob(BELL))
