"""The commands that undo, copy and paste, and change what is chosen."""

from collections.abc import Iterator

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.commands.commands import SEPARATOR, Command
from ncviz.explorer.room_names import COMPARE
from ncviz.language import tr


def edit_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what undoes, copies, and changes what is chosen."""
    sessions, doings, picture = window.sessions, window.doings, window.picture

    def pinned_beside() -> bool:
        return window.rooms.is_made(COMPARE) and bool(window.comparison.second.view.pinned)

    def unpin_all() -> None:
        picture.unpin_all()
        if pinned_beside():
            window.comparison.set_pinned(())

    yield Command(
        "edit.undo",
        tr("Undo"),
        tr("Take back what you did last in this room."),
        doings.undo,
        "Ctrl+Z",
        icon="undo",
        needs=tr("Nothing was changed in this room yet."),
    )
    yield Command(
        "edit.redo",
        tr("Redo"),
        tr("Make the change again."),
        doings.redo,
        "Ctrl+Shift+Z; Ctrl+Y",
        icon="redo",
        needs=tr("Nothing was taken back in this room."),
    )
    yield SEPARATOR
    yield Command(
        "edit.focused",
        tr("Copy"),
        tr("Copy what has the focus: the scene's picture, a plot's numbers, a sentence."),
        window.copying.copy,
        "Ctrl+C",
        words=tr("clipboard"),
    )
    yield Command(
        "edit.picture",
        tr("Copy picture"),
        tr("Put all scenes that you see on the clipboard, for a slide or a mail."),
        window.exporting.copy_picture,
        words=tr("clipboard image screenshot"),
        enabled=lambda: window.frame.has_scene,
        needs=tr("This machine offers no OpenGL, so there is no picture."),
    )
    yield Command(
        "edit.copy",
        tr("Copy view"),
        tr("Put what you see on the clipboard, as a short text that pastes back."),
        sessions.copy_view,
        "Ctrl+Shift+C",
        icon="copy",
    )
    yield Command(
        "edit.paste",
        tr("Paste view"),
        tr("Look at the run as the text on the clipboard says."),
        sessions.paste_view,
        "Ctrl+Shift+V",
    )
    yield SEPARATOR
    yield Command(
        "edit.unpin",
        tr("Unpin all samples"),
        tr("Let all pinned samples go."),
        unpin_all,
        "U",
        enabled=lambda: bool(window.explorer.view.pinned or pinned_beside()),
        needs=tr("Click a sample first: it is pinned then."),
    )
    yield Command(
        "edit.unhide",
        tr("Show hidden classes"),
        tr("Bring back what the legend has hidden."),
        picture.show_all_hidden,
        "H",
        enabled=lambda: bool(window.explorer.view.hidden),
        needs=tr("A click in the legend hides a class."),
    )
    yield Command(
        "edit.classes",
        tr("All classes, or four"),
        tr("Choose all classes of the run; again, those shown first."),
        picture.all_classes,
        "A",
        enabled=lambda: window.explorer.run is not None,
        needs=tr("Open a run first."),
    )
    yield SEPARATOR
    yield Command(
        "edit.preferences",
        tr("Preferences…"),
        tr("Theme, text size, palette, frames, threads."),
        window.preferences,
        "Ctrl+,",
        icon="settings",
        words=tr("settings options"),
    )
