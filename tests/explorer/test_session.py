import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ncviz.assets import asset
from ncviz.errors import UserError
from ncviz.explorer.bookmarks import Bookmark
from ncviz.explorer.player import ENDS, PACES, SPEEDS, Player
from ncviz.explorer.session import LARGEST_BYTES, SUFFIX, VERSION, read_session, write_session
from ncviz.explorer.window_state import PlayerState, PlotLayout, SecondRun, WindowState
from ncviz.scenes.camera import Camera
from ncviz.scenes.epoch_scale import SPACINGS
from ncviz.scenes.view import View

NAMES = st.text(st.characters(codec="utf-8"), max_size=30)
VIEWS = st.builds(
    View,
    epoch=st.floats(0, 1e6),
    layer=st.integers(-1, 50),
    classes=st.lists(st.integers(0, 50), unique=True, max_size=6).map(tuple),
    camera=st.builds(Camera, azimuth=st.floats(0, 360), distance=st.floats(1, 50)),
    show_etf=st.booleans(),
)
PLAYERS = st.builds(
    PlayerState,
    position=st.floats(0, 1e6),
    speed=st.sampled_from(SPEEDS),
    at_end=st.sampled_from(ENDS),
    pace=st.sampled_from(PACES),
    spacing=st.sampled_from(SPACINGS),
)
VALUES = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e300, 1e300), NAMES, st.booleans())
SESSIONS = st.builds(
    WindowState,
    view=VIEWS,
    second=st.builds(SecondRun, view=VIEWS, linked=st.booleans(), camera_linked=st.booleans()),
    in_a_row=st.booleans(),
    experiment=st.text(alphabet="abc-19", max_size=40),
    room=NAMES,
    player=PLAYERS,
    bookmarks=st.lists(st.builds(Bookmark, st.floats(0, 1e6), NAMES), max_size=5).map(tuple),
    plots=st.builds(
        PlotLayout,
        st.lists(NAMES, max_size=5).map(tuple),
        st.dictionaries(NAMES, st.frozensets(NAMES, max_size=3), max_size=3),
    ),
    theory=st.dictionaries(NAMES, st.one_of(VALUES, st.lists(VALUES, max_size=3)), max_size=5),
    recipe=st.dictionaries(NAMES, st.one_of(VALUES, st.lists(VALUES, max_size=3)), max_size=5),
    recording=st.dictionaries(NAMES, VALUES, max_size=5),
    geometry=NAMES,
    columns=st.dictionaries(NAMES, st.booleans(), max_size=3),
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / f"lecture{SUFFIX}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SESSIONS, st.lists(st.sampled_from(["a", "b c", "sub/d"]), max_size=3))
def test_a_session_comes_back_exactly(tmp_path, session, names):
    for name in ("a", "b c", "sub/d"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    runs = tuple(tmp_path / name for name in names)
    session = replace(
        session,
        run=runs[0] if runs else None,
        second=replace(session.second, run=runs[-1] if runs else None),
    )
    path = tmp_path / f"s{SUFFIX}"
    write_session(path, session)
    assert read_session(path) == (session, ())


def test_a_folder_can_be_moved_with_its_session(tmp_path):
    folder, elsewhere = tmp_path / "talk", tmp_path / "elsewhere" / "run"
    (folder / "runs" / "one").mkdir(parents=True)
    elsewhere.mkdir(parents=True)
    path = folder / f"s{SUFFIX}"
    second = SecondRun(elsewhere)
    write_session(path, WindowState(run=folder / "runs" / "one", second=second))
    values = json.loads(path.read_text(encoding="utf-8"))
    assert values["run"] == "runs/one"
    assert values["second_run"] == elsewhere.as_posix()
    moved = tmp_path / "moved"
    shutil.move(folder, moved)
    session, notes = read_session(moved / path.name)
    assert session.run == moved / "runs" / "one"
    assert session.second == second
    assert notes == ()


def test_the_demonstration_is_found_on_every_computer(path):
    write_session(path, WindowState(run=asset("demonstration")))
    assert "ncviz:demonstration" in path.read_text(encoding="utf-8")
    assert read_session(path)[0].run == asset("demonstration")


def test_a_relative_path_of_the_working_folder(tmp_path, path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("here").mkdir()
    write_session(path, WindowState(run=Path("here")))
    assert read_session(path)[0].run == tmp_path / "here"


def test_without_its_runs_the_rest_comes_back(tmp_path, path):
    session = WindowState(
        run=tmp_path / "gone",
        second=SecondRun(tmp_path / "lost", linked=False),
        room="Compare",
        view=View(layer=3),
    )
    write_session(path, session)
    found, notes = read_session(path)
    assert found == replace(session, run=None, second=replace(session.second, run=None))
    assert len(notes) == 2
    assert str(tmp_path / "gone") in notes[0]
    assert str(tmp_path / "lost") in notes[1]


def test_a_session_of_a_former_ncviz_is_read(path):
    """As it was written before layers in a row, chosen curves and second cameras were kept."""
    path.write_text(
        """{
         "format": "ncviz session", "version": 1, "run": null,
         "view": "ncviz:v1 epoch=3 layer=2", "others": [], "second_run": null,
         "second_view": "ncviz:v1 epoch=4", "linked": false, "room": "Layers",
         "player": {"position": 3.0, "speed": 2.0, "at_end": "loop", "pace": "every epoch",
                    "spacing": "linear"},
         "bookmarks": [{"epoch": 3.0, "name": "the turn"}], "plots": ["loss", "law"],
         "theory": {"model": "peeled", "peeled": {"ratio": 9}}, "geometry": "AdnQ",
         "columns": {"left": false, "right": true}
        }"""
    )
    assert read_session(path) == (
        WindowState(
            room="Layers",
            view=View(epoch=3.0, layer=2),
            player=PlayerState(3.0, 2.0, "loop", "every epoch", "linear"),
            bookmarks=(Bookmark(3.0, "the turn"),),
            plots=PlotLayout(("loss", "law")),
            second=SecondRun(view=View(epoch=4.0), linked=False),
            theory={"model": "peeled", "peeled": {"ratio": 9}},
            geometry="AdnQ",
            columns={"left": False, "right": True},
        ),
        (),
    )


def written(path, **changes):
    write_session(path, WindowState())
    values = json.loads(path.read_text(encoding="utf-8"))
    values.update(changes)
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"format": NaN}', "not JSON"),
        (b'{"position": 1e999}', "not JSON"),
        (b'{"format": "\\ud800"}', "not JSON"),
        (b"[]", "not a session"),
        (b'{"format": "ncviz run", "version": 1}', "not a session"),
        (b'{"format": "ncviz session"}', "version"),
        (b'{"format": "ncviz session", "version": 1}', "the lack of"),
        (b" " * (LARGEST_BYTES + 1), "is read up to"),
    ],
)
def test_what_is_no_session_is_refused(path, content, words):
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_session(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_newer_session_asks_for_a_newer_ncviz(path):
    with pytest.raises(UserError, match="install a newer ncviz"):
        read_session(written(path, version=VERSION + 1))
    with pytest.raises(UserError, match="version does not fit"):
        read_session(written(path, version=True))


def test_what_a_later_ncviz_keeps_is_left_out_and_said(path):
    state, notes = read_session(written(path, weather="fine", **{"\n" * 3 + "x" * 99: 1}))
    assert state == WindowState()
    assert notes == (f"The session says what this ncviz does not know: weather and {'x' * 39}….",)


PLAYER = {"position": 0, "speed": 1, "at_end": "stop", "pace": PACES[0], "spacing": "linear"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"run": 3}, "run 3"),
        ({"plots": ["loss", 3]}, "plots"),
        ({"plots": ["loss"] * 1001}, "plots"),
        ({"chosen_in_plots": ["loss"]}, "chosen_in_plots"),
        ({"chosen_in_plots": {"loss": "train"}}, "loss"),
        ({"in_a_row": 1}, "in_a_row 1"),
        ({"experiment": 3}, "experiment 3"),
        ({"experiment": "x" * 256}, "experiment"),
        ({"camera_linked": None}, "camera_linked None"),
        ({"view": "ncviz:v1 layer=-4"}, "layer=-4"),
        ({"second_view": None}, "second_view"),
        ({"player": {}}, "the lack of position"),
        ({"player": {**PLAYER, "speed": 3}}, "speed 3"),
        ({"player": {**PLAYER, "speed": True}}, "speed True"),
        ({"player": {**PLAYER, "position": -1}}, "position -1"),
        ({"player": {**PLAYER, "at_end": "explode"}}, "explode"),
        ({"bookmarks": [{"epoch": 1}]}, "the lack of name"),
        ({"bookmarks": [{"epoch": 1, "name": "x" * 99}]}, "bookmark"),
        ({"bookmarks": [1]}, "bookmarks"),
        ({"theory": []}, "theory"),
        ({"recipe": 3}, "recipe 3"),
        ({"columns": {"left": 1}}, "columns"),
        ({"geometry": None}, "geometry"),
    ],
)
def test_a_value_that_does_not_fit_is_named(path, changes, named):
    with pytest.raises(UserError, match="is damaged") as caught:
        read_session(written(path, **changes))
    assert named in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_path_that_is_none_is_a_run_that_is_gone(path):
    session, notes = read_session(written(path, run="zero\x00byte"))
    assert session.run is None
    assert notes[0].isprintable()


def test_what_cannot_be_read_or_written_is_told(tmp_path, path):
    with pytest.raises(UserError, match="does not exist"):
        read_session(path)
    with pytest.raises(UserError, match="cannot be read"):
        read_session(tmp_path)
    for theory in ({"x": float("nan")}, {"x": object()}, {"x": "\ud800"}):
        with pytest.raises(UserError, match="cannot be written"):
            write_session(path, WindowState(theory=theory))
    with pytest.raises(UserError, match="too large"):
        write_session(path, WindowState(plots=PlotLayout(("x" * LARGEST_BYTES,))))
    assert not path.exists()
    with pytest.raises(UserError, match="cannot be written"):
        write_session(tmp_path / "nowhere" / "s", WindowState())


def test_a_player_stands_as_it_stood():
    player = Player(stops=(0.0, 1.0, 5.0, 100.0), speed=4.0, at_end="ping-pong")
    player.set_spacing("logarithmic")
    player.seek(player.position_of(40.0))
    state = PlayerState.of(player)
    other = Player(stops=player.stops)
    other.play()
    state.apply_to(other)
    assert PlayerState.of(other) == state
    assert other.value == player.value
    assert not other.moving
