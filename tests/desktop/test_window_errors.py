"""Files that are no runs: one sentence that names the file, and what was open stays open."""

import numpy as np
import pytest
from window_parts import settle


@pytest.fixture
def wrong(tmp_path, growing_run):
    """Make a path of a kind that cannot be opened."""

    def make(kind):
        if kind == "missing":
            return tmp_path / "nowhere"
        path = tmp_path / f"a {kind}"
        if kind == "empty folder":
            path.mkdir()
        elif kind == "text file":
            path.write_text("no run")
        elif kind == "huge file":
            with path.open("wb") as file:  # sparse: it takes no room
                file.truncate(8 << 30)
        elif kind == "damaged manifest":
            path.mkdir()
            (path / "manifest.json").write_text("{")
        else:
            path = growing_run.path
            for file in (path / "snapshots").iterdir():
                file.write_bytes(file.read_bytes()[:100])
        return path

    return make


KINDS = (
    "missing",
    "empty folder",
    "text file",
    "huge file",
    "damaged manifest",
    "run of damaged snapshots",
)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_told_and_what_was_open_stays(window, qtbot, wrong, kind, small_run):
    before = window.canvas.scene.balls.positions.copy()
    path = wrong(kind)
    window.opening.open_anything(path)
    settle(qtbot, window)
    assert window.note.isVisible()
    sentence = window.note.text.text()
    assert path.name in sentence
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    assert window.explorer.run.path == small_run.path
    assert np.allclose(window.canvas.scene.balls.positions, before)


def test_of_a_file_of_no_kind_is_said_which_there_are(window, wrong):
    window.opening.open_dropped([str(wrong("text file"))])
    assert "is nothing that ncviz opens: choose the folder of a run" in window.note.text.text()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_on_the_right(window, qtbot, wrong, kind):
    window.enter("Compare")
    assert not window.current.open_second(wrong(kind))
    settle(qtbot, window)
    assert window.note.isVisible()
    assert window.comparison.second.run is None
    assert len(window.canvas.picture.panels) == 1


@pytest.mark.parametrize("name", ["broken.toml", "broken.ncviz"])
def test_a_broken_recipe_or_session(window, qtbot, tmp_path, name):
    from ncviz.explorer.session import SUFFIX

    path = tmp_path / name.replace(".ncviz", SUFFIX)
    path.write_bytes(b"\xff\x00 nothing")
    window.opening.open_anything(path)
    settle(qtbot, window)
    assert window.note.isVisible()
    assert path.name in window.note.text.text()
