"""What the window remembers from one start to the next."""

import json
import logging

import pytest
from window_parts import dispose

from ncviz.desktop.settings.settings import (
    VERSION,
    Settings,
    read_settings,
    runs_path,
    settings_as_json,
    settings_path,
)
from ncviz.desktop.settings.shared_file import SharedFile
from ncviz.desktop.shell.window import MainWindow


def test_the_settings_of_one_window_are_those_of_the_next(make_window, small_run, tmp_path):
    path = tmp_path / "config" / "s.json"
    first = make_window(Settings(), opengl=False, size=(1300, 777))
    first.open(small_run.path)
    first.commands["view.dark"].trigger()
    first.commands["view.large"].trigger()
    first.commands["view.motion"].trigger()
    dispose(first)
    kept = read_settings(path)
    assert (kept.theme, kept.text_scale, kept.motion) == ("dark", 1.5, False)
    assert kept.recent == [str(small_run.path)]
    second = make_window(kept, opengl=False)
    assert second.theme.name == "dark"
    for key, checked in (("dark", True), ("large", True), ("motion", False)):
        assert second.commands[f"view.{key}"].isChecked() == checked
    assert not second.explorer.player.ease


def test_the_size_of_the_window_is_kept(qapp, qtbot, tmp_path, monkeypatch, small_run):
    monkeypatch.setenv("NCVIZ_NO_OPENGL", "1")
    sizes = []
    settings = Settings()
    for size in ((1111, 666), None):
        window = MainWindow(settings, tmp_path / "s.json", tmp_path / "runs")
        if size is not None:
            window.resize(*size)
        window.show()
        qtbot.waitExposed(window)
        sizes.append((window.width(), window.height()))
        dispose(window)
        settings = read_settings(tmp_path / "s.json")
    assert sizes == [(1111, 666), (1111, 666)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'{"theme": "pink", "text_scale": "huge", "motion": 3, "recent": {}, "geometry": 5}',
        b'{"theme": ["dark"], "text_scale": 1e999, "recent": [1, null]}',
        b'{"text_scale": NaN}',
        b'{"text_scale": true, "geometry": "not base64 \xc3\xa9"}',
        b"[" * 100_000,
    ],
    ids=lambda content: content[:24].decode(errors="replace"),
)
def test_damaged_settings_are_left_at_their_defaults(tmp_path, content, caplog):
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    settings = read_settings(path)
    assert settings.theme == "light"
    assert 0.75 <= settings.text_scale <= 2.0
    assert settings.motion is None
    assert not settings.recent
    assert isinstance(settings.geometry, str)


def test_a_window_opens_with_a_damaged_geometry(make_window, small_run):
    window = make_window(Settings(geometry="AAAA not a geometry"), opengl=False)
    assert window.width() > 600


def test_settings_that_cannot_be_kept_disturb_no_one(make_window, small_run, tmp_path, caplog):
    (tmp_path / "config").write_text("in the way")
    window = make_window(run=small_run.path, opengl=False)
    with caplog.at_level(logging.WARNING):
        assert window.close()
    assert "The settings cannot be kept" in caplog.text
    assert not window.isVisible()


def test_settings_lie_in_the_user_s_folder(user_home):
    assert settings_path() == user_home / ".config" / "ncviz" / "settings.json"
    SharedFile(settings_path()).write(settings_as_json(Settings(theme="dark", recent=["/a"])))
    assert json.loads(settings_path().read_text())["theme"] == "dark"
    assert read_settings(settings_path()) == Settings(theme="dark", recent=["/a"])


# The file itself


def test_all_settings_come_back(tmp_path):
    settings = Settings(
        theme="dark",
        text_scale=1.25,
        motion=False,
        recent=["/a", "/b"],
        geometry="AAAA",
        system_theme=True,
        palette="grey",
        shapes=True,
        recorded_only=True,
        frame_limit=0,
        threads=3,
        restore_session=False,
        runs_folder="/elsewhere",
        recent_commands=["view.dark"],
    )
    path = tmp_path / "settings.json"
    SharedFile(path).write(settings_as_json(settings))
    assert json.loads(path.read_text())["version"] == VERSION
    assert read_settings(path) == settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("text_scale", "huge"),
        ("text_scale", True),
        ("motion", 1),
        ("palette", "rainbow"),
        ("shapes", "yes"),
        ("frame_limit", 45),
        ("frame_limit", True),
        ("threads", -1),
        ("threads", 2.5),
        ("restore_session", None),
        ("runs_folder", ["/a"]),
        ("recent_commands", "view.dark"),
        ("no_such_setting", 1),
    ],
)
def test_one_bad_setting_warns_and_the_rest_loads(tmp_path, caplog, name, value):
    path = tmp_path / "settings.json"
    good = {"version": VERSION, "theme": "dark", "threads": 2, "shapes": True, "frame_limit": 30}
    path.write_text(json.dumps({**good, name: value}))
    with caplog.at_level(logging.WARNING):
        settings = read_settings(path)
    (record,) = caplog.records
    assert name in record.getMessage()
    for key in set(good) - {name, "version"}:
        assert getattr(settings, key) == good[key]
    assert name == "no_such_setting" or getattr(settings, name) == getattr(Settings(), name)


def test_settings_of_the_first_version_are_read(tmp_path, caplog):
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "dark", "text_scale": 1.5, "motion": false, "recent": null}')
    with caplog.at_level(logging.WARNING):
        settings = read_settings(path)
    assert (settings.theme, settings.text_scale, settings.motion) == ("dark", 1.5, False)
    assert not caplog.records


def test_settings_of_a_newer_version_warn(tmp_path, caplog):
    path = tmp_path / "settings.json"
    path.write_text('{"version": 99, "theme": "dark"}')
    with caplog.at_level(logging.WARNING):
        assert read_settings(path).theme == "dark"
    assert "of a newer ncviz" in caplog.text


def test_a_setting_that_cannot_be_is_refused():
    settings = Settings()
    with pytest.raises(ValueError, match="choose one of 30, 60, 0"):
        settings.set("frame_limit", 31)
    with pytest.raises(ValueError, match="no setting 'colour'"):
        settings.set("colour", "red")
    settings.set("text_scale", 9)
    assert settings.text_scale == 2.0
    assert settings.frame_limit == 60


def test_where_trained_runs_are_kept(user_home):
    assert runs_path() == user_home / ".local" / "share" / "ncviz" / "runs"
    assert runs_path(Settings()) == runs_path()
    assert runs_path(Settings(runs_folder="~/runs")) == user_home / "runs"
