"""Brings back the run and the view that an exported file shows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ncviz.assets import asset
from ncviz.desktop.rooms.furnished_window import FurnishedWindow
from ncviz.desktop.settings.settings import runs_path
from ncviz.errors import UserError
from ncviz.explorer.bundled_samples import SAMPLES
from ncviz.explorer.room_names import COMPARE, EXPLORE, THEORY
from ncviz.explorer.window_state import SecondRun, WindowState
from ncviz.export.page_plan import PagePlan
from ncviz.export.provenance import said_by, view_of_file
from ncviz.language import tr
from ncviz.lessons.catalogue import lessons
from ncviz.runs.fingerprint import find_run, fingerprint
from ncviz.runs.manifest import FILE_NAME, read_manifest
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view


class MissingRunError(UserError):
    """The run that a file shows is nowhere near."""


def restore(window: FurnishedWindow, path: Path) -> bool:
    """Open what an exported file shows; of a page without its run, what it carries itself.

    Parameters
    ----------
    window : FurnishedWindow
    path : Path
        PNG, SVG, PDF, GIF or MP4 that ncviz made.

    Returns
    -------
    bool
        Whether it is on the screen.
    """
    try:
        said = said_by(path)
        if "lesson" in said:
            _begin_lesson(window, path, said)
            return True
        view = view_of_file(path)
        if not said.get("run") and not said.get("path"):
            _restore_model(window, path, said)
            return True
        if not _has_run(window, said):
            _open_run(window, path, said)
        second = _second_run(window, path, said)
    except MissingRunError as error:
        if path.suffix.lower() in PagePlan.endings:  # a page carries data itself
            window.opening.import_arrays(path)
        else:
            window.note.say_error(error)
        return False
    except UserError as error:
        window.note.say_error(error)
        return False
    if not window.current.shows_run:
        window.enter(EXPLORE)
    window.note.say(tr("This is what {name} shows.", name=path.name))
    room = window.room if second.run is None else COMPARE
    window.state.show(WindowState(room=room, view=view, second=second))  # with notes of its own
    return True


def _second_run(window: FurnishedWindow, path: Path, said: Mapping[str, Any]) -> SecondRun:
    """Return the run on the right of a comparison that a figure or film shows, and how."""
    film = said.get("film")
    beside = said.get("beside") or (film.get("beside") if isinstance(film, Mapping) else None)
    if not isinstance(beside, Mapping):
        return SecondRun()
    text = beside.get("view_text")  # older files have none
    return SecondRun(
        _folder_of(window, path, beside),
        text_to_view(text) if isinstance(text, str) else View(),
        linked=beside.get("linked") is not False,
        camera_linked=not isinstance(text, str) or beside.get("camera_linked") is not False,
    )


def _folder_of(window: FurnishedWindow, path: Path, said: Mapping[str, Any]) -> Path:
    """Return where a run lies that a file names by its fingerprint, or by its path as well."""
    title = str(said.get("run", tr("another run")))[:80]
    named, mark = said.get("path"), said.get("fingerprint")
    if isinstance(named, str) and named:
        try:
            if Path(named).is_dir() and not _is_another(Path(named), mark):
                return Path(named)
        except (OSError, ValueError):  # no path of this system
            pass
    if isinstance(mark, str):
        samples = [asset(*sample.parts) for sample in SAMPLES]
        recent = [Path(text) for text in window.settings.recent or []]
        here = path.absolute().parent
        kept = runs_path(window.settings)
        found = find_run(mark, (*recent, *samples, here), (here, here.parent, kept, *recent))
        if found is not None:
            return found
    where = (
        tr("no longer in {named}", named=named)
        if isinstance(named, str) and named
        else tr("neither among the recent runs nor beside this file")
    )
    raise MissingRunError(
        tr(
            "{name} shows the run {title!r}, which is {where}: open that run first, then this "
            "file again.",
            name=path.name,
            title=title,
            where=where,
        )
    )


def _is_another(folder: Path, mark: object) -> bool:
    """Tell whether a run was put in the place of the one with a fingerprint."""
    try:
        manifest = read_manifest(folder / FILE_NAME)
    except (OSError, ValueError, UserError):  # whoever opens it says what is wrong
        return False
    return isinstance(mark, str) and fingerprint(manifest) != mark


def _has_run(window: FurnishedWindow, said: Mapping[str, Any]) -> bool:
    run = window.explorer.run
    if run is None:
        return False
    mark = said.get("fingerprint")
    if fingerprint(run.manifest) == mark:
        return True
    if str(run.path) == said.get("path"):
        return not isinstance(mark, str)  # another run may have been put there
    # A run that was moved is the same one.
    same = run.manifest.title, run.manifest.created
    return same == (said.get("run"), said.get("created")) and bool(said.get("created"))


def _open_run(window: FurnishedWindow, path: Path, said: Mapping[str, Any]) -> None:
    folder = _folder_of(window, path, said)
    if not window.open(folder):
        raise UserError(
            tr(
                "{name} shows the run in {folder}, which cannot be opened.",
                name=path.name,
                folder=folder,
            )
        )


def _begin_lesson(window: FurnishedWindow, path: Path, said: Mapping[str, Any]) -> None:
    name = str(said["lesson"])[:80]
    if name not in lessons():
        raise UserError(
            tr(
                "{name} is the page of the lesson {title!r}: open it in a browser, or open the "
                "lesson's own file (.toml) here.",
                name=path.name,
                title=name,
            )
        )
    window.rooms.learn.begin(name)


def _restore_model(window: FurnishedWindow, path: Path, said: Mapping[str, Any]) -> None:
    model = said.get("model")
    if not isinstance(model, Mapping):
        raise UserError(
            tr("{name} shows no run and names no model: it cannot be brought back.", name=path.name)
        )
    window.enter(THEORY)
    room, name = window.rooms.theory, str(model.get("name", ""))[:60].replace("_", "-")
    if name not in room.desks:
        raise UserError(
            tr(
                "{name} shows the model {name_2!r}, which this version does not have.",
                name=path.name,
                name_2=name,
            )
        )
    room.open_model(name)
    values = model.get("parameters")
    # Files of earlier versions name the values of the Layer-Peeled Model alone.
    wrong = room.desks[name].restore(values if isinstance(values, Mapping) else model)
    moment = model.get("moment")
    if isinstance(moment, int | float) and not wrong:
        room.desks[name].seek(float(moment))
    window.note.say(wrong[0] if wrong else tr("This is what {name} shows.", name=path.name))
