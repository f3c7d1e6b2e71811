"""Nothing keeps ncviz from starting, and what was done is there again however it ended."""

import json
import os
import subprocess
import sys

import pytest
from window_parts import settle

from ncviz.assets import asset
from ncviz.desktop.settings.settings import Settings, read_settings
from ncviz.desktop.shell import application, keeping
from ncviz.explorer.session import read_session, write_session
from ncviz.explorer.window_state import WindowState


@pytest.fixture
def config(tmp_path):
    """The folder of the settings of windows that `make_window` makes."""
    folder = tmp_path / "config"
    folder.mkdir()
    return folder


@pytest.fixture
def own_config(window):
    """The folder of the settings of the module's window, empty."""
    folder = window.keeping.session_path.parent
    for path in folder.iterdir():
        if path.is_file() or path.is_symlink():
            path.unlink()
    return folder


@pytest.fixture
def begun(window, qtbot, own_config):
    """Return a function that lets the window begin with a session that lies in its folder."""

    def begin(content, **changes):
        path = own_config / "last.ncviz-session"
        if isinstance(content, dict):
            write_session(path, WindowState(run=asset("demonstration"), **changes))
            content = json.dumps({**json.loads(path.read_text()), **content}).encode()
        path.write_bytes(content)
        window.explorer.run = None
        window.begin()
        settle(qtbot, window)
        return window

    yield begin
    window.keeping.keep()


def is_demonstration(window):
    return window.explorer.run.path == asset("demonstration")


def put_aside(folder):
    return sorted(path.name for path in folder.iterdir() if "put aside" in path.name)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"[" * 100_000,
        b'{"format": "ncviz session", "version": 1, "x": ' + b"9" * 10_000 + b"}",
        b'{"format": "ncviz session", "version": 1, "x": NaN}',
        b'{"format": "ncviz session", "version": 999}',
        {"theory": []},
        {"view": "ncviz:v1 epoch=-1"},
        {"player": {"position": float(10**300)}},
        {"bookmarks": [{"epoch": [], "name": {}}]},
    ],
    ids=lambda content: str(content)[:30],
)
def test_a_session_that_cannot_be_read_is_put_aside(begun, own_config, content):
    window = begun(content)
    assert is_demonstration(window)
    (name,) = put_aside(own_config)
    assert name in window.note.text.text()


@pytest.mark.parametrize(
    "theory",
    [
        {"model": []},
        {"model": {"peeled": 1}},
        {"model": "no such model"},
        {"model": "square", "square": {"classes": 2 * 10**9}},
        {"model": "features", "features": {"classes": 2 * 10**9, "dimension": 10**9}},
        {"model": "features", "features": {"samples": 10**9, "seed": -1, "loss": ["focal"]}},
        {"model": "features", "features": {"kind": [], "preset": {}, "bias": "no"}},
        {"model": "features", "features": {"temperature": 0.0}},
        {"model": "square", "square": {"weight_decay": "much", "share": None, "decays": 1}},
        {"model": "peeled", "peeled": {"classes": "many", "majority": -3, "budget": 1e308}},
        {"model": "peeled", "peeled": {"classes": 3, "preset": "free", "shape": ["x"] * 3, "q": 0}},
        {"model": "peeled", "peeled": [1, 2]},
    ],
    ids=str,
)
def test_models_of_a_session_are_checked_value_by_value(begun, own_config, theory):
    window = begun({"theory": theory}, room="Theory")
    assert window.room == "Theory"
    assert is_demonstration(window)
    assert "left at its default" in window.note.text.text()
    assert put_aside(own_config) == []


def test_the_recipe_of_a_session_is_checked_value_by_value(begun, own_config):
    recipe = {"network": "perceptrons", "width": 7, "epochs": "x" * 99, "depth": "5", "loss": None}
    window = begun({"recipe": {**recipe, "optimizer": ["sgd"], "batch_norm": True}}, room="Train")
    assert window.room == "Train"
    assert is_demonstration(window)
    said = window.note.text.text()
    assert "network, width, loss and optimizer cannot be; in this session it is left at" in said
    form = window.training.panel.form
    assert (form["depth"].value(), form["batch_norm"].isChecked()) == (5, True)
    assert "epochs" in form.written(), "what is no number is shown, and told when one trains"
    assert put_aside(own_config) == []


def test_an_error_that_nobody_foresaw_puts_the_session_aside(begun, own_config, monkeypatch):
    from ncviz.desktop.shell.screen_state import ScreenState

    def fail(*_arguments):
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(ScreenState, "restore", fail)
    window = begun({}, room="Theory")
    assert is_demonstration(window)
    assert put_aside(own_config) == ["last (put aside).ncviz-session"]
    assert "nobody foresaw this" in window.note.details.toPlainText()
    # And one that comes up with the first pictures, but none that comes later.
    window.keeping.keep()
    assert not window.keeping.fault("later")


def test_an_error_while_the_session_is_first_shown_is_its_own(begun, own_config):
    window = begun({}, room="Theory")
    window.keeping._on_trial = True  # it ends two seconds after the start
    application._Faults(window)(RuntimeError, RuntimeError("in a plot"), None)
    assert (window.room, put_aside(own_config)) == ("Explore", ["last (put aside).ncviz-session"])
    assert "in a plot" in window.note.details.toPlainText()


def test_a_session_that_ended_the_program_is_not_tried_again(begun, own_config):
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True
    )
    (own_config / "last.opening").write_bytes(gone.stdout)
    window = begun({}, room="Theory")
    assert window.room == "Explore"
    assert put_aside(own_config) == ["last (put aside).ncviz-session"]
    window.keeping.keep()
    assert not (own_config / "last.opening").exists()


def test_one_that_another_window_brings_back_just_now_is_tried(begun, own_config):
    (own_config / "last.opening").write_text(str(os.getpid()))
    assert begun({}, room="Theory").room == "Theory"


@pytest.mark.parametrize("name", ["last.ncviz-session", "bookmarks.json"])
def test_a_folder_in_place_of_a_file_is_put_aside(window, qtbot, own_config, name):
    (own_config / name).mkdir()
    window.explorer.run = None
    window.begin()
    settle(qtbot, window)
    assert is_demonstration(window)
    (aside,) = put_aside(own_config)
    assert aside in window.note.text.text()
    (own_config / aside).rmdir()


def test_settings_with_which_no_window_can_be_made_are_put_aside(monkeypatch, config):
    path = config / "settings.json"
    path.write_text('{"theme": "dark", "system_theme": false}')
    monkeypatch.setattr(application, "settings_path", lambda: path)

    def window(settings, *_paths):
        if settings.theme == "dark":
            raise RuntimeError("nobody foresaw this")
        return settings

    monkeypatch.setattr(application, "MainWindow", window)
    told = []
    assert application._make_window(told.append) == Settings()
    assert put_aside(config)[0] in told[0]


@pytest.mark.parametrize(
    "environment",
    [
        {"HOME": None, "XDG_CONFIG_HOME": None, "XDG_DATA_HOME": None},
        {"HOME": "~nobody-has-this-name", "XDG_CONFIG_HOME": None, "XDG_DATA_HOME": None},
        {"HOME": "/nonexistent", "XDG_CONFIG_HOME": None},
        {"XDG_CONFIG_HOME": "rubbish", "XDG_DATA_HOME": "../~"},
        {"XDG_CONFIG_HOME": "/dev/null", "XDG_DATA_HOME": "/dev/null/x"},
        {"XDG_CONFIG_HOME": "/" + "x" * 5000},
    ],
    ids=str,
)
def test_whatever_the_environment_says_of_a_home(monkeypatch, tmp_path, environment):
    from ncviz.desktop.settings.settings import runs_path, settings_path

    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    assert settings_path().is_absolute(), "no folder named ~ where ncviz is started"
    assert runs_path().is_absolute()
    assert runs_path(Settings(runs_folder="~nobody-has-this-name/runs"))
    assert isinstance(read_settings(settings_path()), Settings)  # whatever lies there


# However it ends


def test_what_was_done_is_written_while_the_window_is_open(make_window, qtbot, config, small_run):
    window = make_window(opengl=False)
    assert window.open(small_run.path)
    window.appearance.set_theme("dark")
    window.explorer.add_bookmark("here")
    window.enter("Layers")
    path = config / "last.ncviz-session"

    def written():
        return path.exists() and read_session(path)[0].room == "Layers"

    qtbot.waitUntil(written)
    assert read_session(path)[0].run == small_run.path
    settings = read_settings(config / "s.json")
    assert (settings.theme, settings.recent) == ("dark", [str(small_run.path)])
    assert "here" in (config / "bookmarks.json").read_text()


def test_two_windows_lose_nothing_of_each_other_s(
    make_window, qtbot, config, small_run, imbalanced_run
):
    first, second = make_window(opengl=False), make_window(opengl=False)
    first.open(small_run.path)
    second.open(imbalanced_run.path)
    first.explorer.add_bookmark("of the first")
    first.keeping.keep()
    second.open(small_run.path)
    assert [mark.name for mark in second.explorer.bookmarks.marks] == ["of the first"]
    second.explorer.player.seek(second.explorer.player.position_of(5.0))
    second.explorer.add_bookmark("of the second")
    first.appearance.set("shapes", True)
    second.appearance.set("threads", 3)
    first.close()
    second.close()
    settings = read_settings(config / "s.json")
    assert (settings.shapes, settings.threads) == (True, 3)
    assert settings.recent == [str(small_run.path), str(imbalanced_run.path)]
    (marks,) = json.loads((config / "bookmarks.json").read_text()).values()
    assert list(marks.values()) == ["of the first", "of the second"]


def test_what_cannot_be_kept_is_told_once(window, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(window.note, "say", lambda sentence, *_a, **_k: said.append(sentence))
    (tmp_path / "in the way").write_text("")
    for kept in (window.keeping._settings, window.keeping._bookmarks):
        monkeypatch.setattr(kept, "path", tmp_path / "in the way" / "s.json")
    window.appearance.set_theme("dark")
    window.keeping.keep()
    window.keeping.keep()
    assert len([sentence for sentence in said if "The settings cannot be kept" in sentence]) == 1


def test_it_writes_when_the_hand_rests_or_has_moved_for_long(window, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(keeping.time, "monotonic", lambda: clock[0])
    kept = window.keeping
    kept._timer.stop()
    waits = []
    for now in (100.0, 101.5, 110.0, 118.5, 119.9, 130.0):  # seconds, of what is dragged
        clock[0] = now
        kept.soon()
        waits.append(kept._timer.interval())
    assert waits == pytest.approx([2000, 2000, 2000, 1500, 100, 0], abs=1)
    kept.keep()
    kept._timer.stop()
    kept.soon()
    assert kept._timer.interval() == keeping.MILLISECONDS
