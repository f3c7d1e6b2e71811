"""Connects the window with the dialog that records checkpoints."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ncviz.desktop.rooms.furnished_window import FurnishedWindow
from ncviz.desktop.rooms.growing_run import GrowingRun
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.busy_words import RECORDING
from ncviz.explorer.session import left_at_default
from ncviz.language import tr
from ncviz.viewer import VIEWER, is_viewer
from ncviz.wording import duration

if TYPE_CHECKING:
    from ncviz.desktop.recording.record_dialog import RecordDialog
    from ncviz.recording.recording_messages import RecordMessage
    from ncviz.recording.recording_runner import RecordRunner

FAREWELL = tr("Checkpoints are being recorded: stop, keep what was recorded, and close?")


def _runner() -> "RecordRunner":
    # Imported here, as all of recording: the first picture need not wait for it.
    from ncviz.recording.recording_runner import RecordRunner

    return RecordRunner()


class Recording:
    """Checkpoints become a run, which the window shows as it grows."""

    def __init__(self, window: FurnishedWindow) -> None:
        self._window = window
        self.dialog: RecordDialog | None = None
        self.work = Background(window, _runner, FAREWELL)
        self.run = GrowingRun(window, self.work)
        self.work.told.connect(self._told)
        self.run.ended.connect(lambda *_: window.busy.say(RECORDING, ""))

    def open(self, names: tuple[str, ...] = ()) -> None:
        """Show the dialog, with these files and folders."""
        if is_viewer():
            self._window.note.say(VIEWER)
            return
        dialog = self._made()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        if names:
            dialog.put(names)

    def _made(self) -> "RecordDialog":
        if self.dialog is None:
            from ncviz.desktop.recording.record_dialog import RecordDialog

            window, training = self._window, self._window.training
            self.dialog = RecordDialog(
                window, self.work, self.run, lambda: training.folder, training.devices
            )
            self.dialog.started.connect(lambda: window.busy.say(RECORDING, "recording"))
            self.dialog.told.connect(window.note.say)
        return self.dialog

    def written(self) -> dict[str, Any]:
        """Return what stands in the dialog; nothing where it is not open, or records."""
        if self.dialog is None or not self.dialog.isVisible() or self.work.is_running:
            return {}
        steps = {step.name: step.written() for step in self.dialog.steps}
        return {"step": self.dialog.steps[self.dialog.number].name, **steps}

    def show_written(self, written: Mapping[str, Any]) -> None:
        """Open the dialog as a session says; tell of what cannot be."""
        if not written or is_viewer() or self.work.is_running:
            return
        self.open()
        dialog, wrong = self._made(), []
        for step in dialog.steps:
            values = written.get(step.name, {})
            wrong += step.write(values) if isinstance(values, dict) else [step.name]
        names = [step.name for step in dialog.steps]
        if written.get("step") in names:
            dialog.try_to(names.index(written["step"]))
        if wrong:
            self._window.note.say(left_at_default("recording", wrong))

    def _told(self, message: "RecordMessage") -> None:
        from ncviz.recording.recording_messages import FileProgress

        if isinstance(message, FileProgress) and self.work.is_running:
            left = duration(message.seconds_left)
            words = tr("recording · {done} of {files}", done=message.done, files=message.files)
            left_words = "" if left == "–" else tr(" · {left} left", left=left)
            self._window.busy.say(RECORDING, words + left_words)

    def close(self) -> None:
        """End what runs in the background, keeping what was recorded."""
        self.work.close()
        if self.dialog is not None:
            self.dialog.hide()
