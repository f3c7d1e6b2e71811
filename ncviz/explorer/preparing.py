"""Works out in a thread what would hold up the window: pictures of a thousand classes."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ncviz.charts.class_matrix import directions_at
from ncviz.explorer.moment_measures import layer_measures_of, measure_moment
from ncviz.jobs.messages import Finished
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import Job, call
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.cache import cache_of
from ncviz.scenes.camera_fit import outermost_over_time
from ncviz.scenes.compose import compose, with_classes
from ncviz.scenes.layout import nearest_recorded, recorded_around
from ncviz.scenes.own_space import code_is_sought
from ncviz.scenes.view import View

HEAVY = 2e9  # about a twentieth of a second: numbers of all samples, times classes shown
READING = 300  # classes whose distances cost as much as reading the samples
ALIGNING = 20  # samples of each class that cost as much as aligning the class means
PAIR = 600  # numbers that cost as much as what is asked of a sample, or a class, and a class
LEAST = 6e7  # numbers that cost as much as any picture: half a hundred of them are heavy
SEARCHING = 10**10  # numbers that cost as much as the search for a softmax code
OPENING = 4e6  # numbers that cost as much as what a snapshot's header says of one layer

Seen = tuple[Run, View]


def is_heavy(run: Run, view: View) -> bool:
    """Return whether a moment of a run takes longer to work out than a window may stand still."""
    return _work(run, view) > HEAVY


def _work(run: Run, view: View) -> float:
    """Return about how much work a moment of a run is, in numbers that are gone through."""
    manifest = run.manifest
    shown = len(with_classes(view, run).shown_classes(manifest.classes))
    width = manifest.layers[view.layer % len(manifest.layers)].width
    samples = len(run.drawn_of(view.split).probe.labels)
    work: float = width * (samples * (shown + READING) + ALIGNING * shown**2)
    work += PAIR * manifest.classes * (samples + 3 * manifest.classes)
    around = set(recorded_around(run.epochs, view.epoch)[:2])
    work += SEARCHING * code_is_sought(run, view)
    closed = sum(not run.has_open(epoch) for epoch in around)
    return work + OPENING * closed * len(manifest.layers) + LEAST


class Preparing:
    """Lets pictures be worked out while the window shows what it did before."""

    def __init__(self) -> None:
        self._worker = WorkThread(tr("preparing of pictures"))
        self._job: Job[Any, tuple[Run, Run, list[Hashable]]] | None = None

    def ready(self, seen: Sequence[Seen]) -> bool:
        """Return whether views of runs can be drawn at once; else begin with those of one run."""
        for message in [] if self._job is None else self._job.poll():
            if isinstance(message, Finished):
                run, done, keys = message.value
                if done is not run:
                    run.adopt(done)
                    for split in ("", *run.probe.others):
                        cache_of(run.drawn_of(split)).adopt(cache_of(done.drawn_of(split)))
                for key in keys:
                    cache_of(run).recall(key, lambda: True)
        new = [(run, view) for run, view in seen if _key(run, view) not in cache_of(run)]
        if sum(_work(run, view) for run, view in new) <= HEAVY:
            return True
        if self._job is None or not self._job.is_running:
            first = new[0][0]
            views = [view for run, view in new if run is first]
            known = layer_measures_of(first)
            self._job = self._worker.begin(call, _work_out, first, views, known)
        return False

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
    seen = view.layer, shown, view.hidden, shadow, view.split, view.show_samples and view.pinned
    return "prepared", run.epochs, around, nearest, code_is_sought(run, view), *seen


def _work_out(
    seen: Run, views: Sequence[View], known: Mapping[Hashable, Any]
) -> tuple[Run, Run, list[Hashable]]:
    """Return a run, and it opened once more with all that is remembered of views once drawn."""
    keys = [_key(seen, view) for view in views]
    try:
        run = Run(seen.path)
        if run.manifest.created != seen.manifest.created:
            return seen, seen, keys
        for key, value in known.items():
            cache_of(run).recall(key, partial(_same, value))
        for view in views:
            _draw(run, replace(with_classes(view, run), hovered=None))
    except Exception:  # noqa: BLE001 - whoever draws it meets it again and says so
        return seen, seen, keys
    return seen, run, keys


def _same(value: Any) -> Any:
    return value


def _draw(run: Run, view: View) -> None:
    outermost_over_time(run, view)  # first: of what is too much the earliest is forgotten
    compose(run, view)
    shown = view.shown_classes(run.manifest.classes)
    epoch = nearest_recorded(run.epochs, view.epoch)
    measure_moment(run, epoch, view.layer, shown, view.hidden, view.shadow)
    directions_at(run, epoch, view.layer % len(run.manifest.layers))
