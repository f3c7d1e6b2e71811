"""Works out in a thread what would hold up the window: pictures of a thousand classes."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

from ncviz.charts.class_matrix import directions_at
from ncviz.explorer.moment_facts import measure_moment
from ncviz.jobs.messages import Finished
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import Job, call
from ncviz.runs.run import Run
from ncviz.scenes.camera_fit import outermost_over_time
from ncviz.scenes.compose import compose, with_classes
from ncviz.scenes.layout import nearest_recorded, recorded_around
from ncviz.scenes.memory import Memory, memory_of
from ncviz.scenes.view import View

HEAVY = 2e9  # about a twentieth of a second: numbers of all samples, times classes shown
READING = 300  # classes whose distances cost as much as reading the samples
ALIGNING = 20  # samples of each class that cost as much as aligning the class means

Seen = tuple[Run, View]


def is_heavy(run: Run, view: View) -> bool:
    """Return whether a moment of a run takes longer to work out than a window may stand still.

    Parameters
    ----------
    run : Run
    view : View
    """
    manifest = run.manifest
    shown = len(with_classes(view, run).shown_classes(manifest.classes))
    width = manifest.layers[view.layer % len(manifest.layers)].width
    samples = len(run.probe.labels)
    return width * (samples * (shown + READING) + ALIGNING * shown**2) > HEAVY


class Preparing:
    """Lets pictures be worked out while the window shows what it did before."""

    def __init__(self) -> None:
        self._worker = WorkThread("preparing of pictures")
        self._job: Job[Any, tuple[Run, Hashable, Memory]] | None = None

    def ready(self, seen: Sequence[Seen]) -> bool:
        """Return whether some views of runs can be drawn at once; else begin with one of them.

        Parameters
        ----------
        seen : sequence of (Run, View)
        """
        for message in [] if self._job is None else self._job.poll():
            if isinstance(message, Finished):
                run, key, memory = message.value
                memory_of(run).adopt(memory)
                memory_of(run).recall(key, lambda: True)
        for run, view in seen:
            key = _key(run, view) if is_heavy(run, view) else None
            if key is not None and key not in memory_of(run):
                if self._job is None or not self._job.is_running:
                    self._job = self._worker.begin(call, _work_out, run, view, key)
                return False
        return True

    def wait(self) -> None:
        """Wait for what was begun."""
        if self._job is not None:
            self._job.wait()


def _key(run: Run, view: View) -> Hashable:
    """Return what decides how much there is to work out."""
    around = recorded_around(run.epochs, view.epoch)[:2]
    nearest = nearest_recorded(run.epochs, view.epoch)
    shown = with_classes(view, run).shown_classes(run.manifest.classes)
    # The grand tour is another picture in every frame, of what is aligned once.
    shadow = replace(view.shadow, time=0.0)
    seen = view.layer, shown, view.hidden, shadow, view.show_samples and view.pinned
    return "prepared", run.epochs, around, nearest, *seen


def _work_out(seen: Run, view: View, key: Hashable) -> tuple[Run, Hashable, Memory]:
    """Return what a run would remember once a view of it was drawn and spoken of."""
    try:
        run = Run(seen.path)
        if run.manifest.created != seen.manifest.created:
            return seen, key, Memory()
        view = replace(with_classes(view, run), hovered=None)
        outermost_over_time(run, view)  # first: of what is too much the earliest is forgotten
        compose(run, view)
        shown = view.shown_classes(run.manifest.classes)
        epoch = nearest_recorded(run.epochs, view.epoch)
        measure_moment(run, epoch, view.layer, shown, view.hidden, view.shadow)
        directions_at(run, epoch, view.layer % len(run.manifest.layers))
    except Exception:  # noqa: BLE001 - whoever draws it meets it again and says so
        return seen, key, Memory()
    return seen, key, memory_of(run)
