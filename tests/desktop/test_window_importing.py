"""Files of arrays that are dropped on the window become runs."""

import io
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent

from ncviz.desktop.shell.arrivals import are_arrays

Y = np.arange(12) % 3
H = np.random.default_rng(0).normal(size=(12, 4))


@pytest.fixture
def runs(window, tmp_path):
    window.training.folder = tmp_path / "runs"
    return tmp_path / "runs"


def imported(window, qtbot, *paths):
    window.opening.open_dropped(paths)
    assert window.opening.importing.is_running
    qtbot.waitUntil(lambda: not window.opening.importing.is_running)


def test_dropped_arrays_are_imported_and_opened(window, qtbot, runs, tmp_path):
    np.savez(tmp_path / "mine.npz", embeddings=H, y=Y, tsne=H[:, :2])
    np.savetxt(tmp_path / "later.csv", np.c_[H, Y], delimiter=",")
    imported(window, qtbot, tmp_path / "mine.npz", tmp_path / "later.csv")
    assert window.explorer.run.manifest.title == "later"
    first, last = sorted(runs.iterdir(), key=lambda path: path.name.split()[-1])[::-1]
    assert (first.name.split()[-1], last.name.split()[-1]) == ("mine", "later")
    assert window.explorer.run.path == last
    assert "later.csv was imported as" in window.note.text.text()
    assert "labels are column '4'" in window.note.details.toPlainText()


def test_a_wrong_file_is_told_and_leaves_nothing(window, qtbot, runs, tmp_path):
    before = window.explorer.run.path
    np.savez(tmp_path / "mine.npz", embeddings=H)
    imported(window, qtbot, tmp_path / "mine.npz")
    assert "has no array 'labels'" in window.note.text.text()
    assert window.explorer.run.path == before
    assert list(runs.iterdir()) == []


def test_tables_and_archives_of_samples_are_imported_too(window, qtbot, runs, tmp_path):
    table = pa.table({"embedding": list(H), "label": Y})
    (tmp_path / "hub" / "data").mkdir(parents=True)
    pq.write_table(table, tmp_path / "hub" / "data" / "train-0.parquet")
    with tarfile.open(tmp_path / "shard.tar", "w") as archive:
        for k in range(12):
            content = io.BytesIO()
            np.save(content, H[k])
            for name, held in (("h.npy", content.getvalue()), ("cls", b"%d" % Y[k])):
                entry = tarfile.TarInfo(f"{k}.{name}")
                entry.size = len(held)
                archive.addfile(entry, io.BytesIO(held))
    imported(window, qtbot, tmp_path / "hub", tmp_path / "shard.tar")
    assert window.explorer.run.manifest.title == "shard"
    assert len(list(runs.iterdir())) == 2


def test_what_are_arrays(tmp_path, small_run):
    (tmp_path / "dump").mkdir()
    np.save(tmp_path / "dump" / "features.npy", H)
    (tmp_path / "data.json").write_text("{}")
    assert are_arrays(tmp_path / "dump")
    assert are_arrays(tmp_path / "data.json")
    assert are_arrays(tmp_path)  # as 'epoch_10/features.npy' lies in a folder
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "absent.npz", small_run.path):
        assert not are_arrays(path)
    assert not are_arrays(small_run.path / "manifest.json")


def test_a_link_that_is_dropped_is_no_file(window):
    before = window.explorer.run.path
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/run"), QUrl("about:blank")])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), action, data, Qt.MouseButton.LeftButton, none))
    assert "is no file" in window.note.text.text()
    assert window.explorer.run.path == before
