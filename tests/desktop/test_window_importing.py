"""Files of arrays that are dropped on the window become runs."""

import io
import json
import shutil
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent

from ncviz.desktop.shell.arrivals import are_arrays
from ncviz.export.page_plan import PagePlan
from ncviz.export.web.making import make_page
from ncviz.scenes.view import View

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


def test_a_page_without_its_run_is_opened_as_what_it_carries(
    window, qtbot, runs, make_run, tmp_path
):
    gone = make_run(tmp_path / "gone", counts=(9, 9, 9), epochs=(0, 3), widths=(4,), per_class=6)
    page, title = tmp_path / "page.html", "gone"
    manifest = json.loads((gone.path / "manifest.json").read_text())
    manifest |= {"title": title, "created": "2020-01-01T00:00:00+00:00"}  # no other run here
    (gone.path / "manifest.json").write_text(json.dumps(manifest))
    make_page(PagePlan(page, gone.path, view=View().at(3)))
    shutil.rmtree(gone.path)
    imported(window, qtbot, page)
    run = window.explorer.run
    assert run.manifest.title == f"{title} (from a page, thinned)"
    assert (run.epochs, [layer.width for layer in run.manifest.layers]) == ((0, 3), [3])
    assert "not of the network's layers" in window.note.details.toPlainText()
    text = page.read_text(encoding="utf-8")
    page.write_text(text[: text.index('id="data">') + 2000], encoding="utf-8")
    imported(window, qtbot, page)
    assert "is not a whole page of ncviz" in window.note.text.text()
    assert window.explorer.run.path == run.path


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
