"""A run that a training loop writes, until it ends, however it ends."""

import os
import sys
import weakref
from dataclasses import replace
from pathlib import Path

from ncviz.errors import UserError
from ncviz.interrupts import at_termination
from ncviz.language import tr
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import Manifest, read_manifest
from ncviz.runs.probe import FILE_NAME as PROBE
from ncviz.runs.probe import Probe, read_probe
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Snapshot
from ncviz.runs.writer import RunWriter

# Of the recipe: what must be the same for a run to go on.
_SAME = ("model", "layers_recorded", "pool", "tokens", "classifier", "per_class")


class RunInProgress:
    """Writes snapshots, and ends the run even where nobody says so.

    Parameters
    ----------
    out : Path
    manifest : Manifest
    probe : Probe
    resume : bool or int
        Whether the folder may hold such a run, which goes on; an epoch is the
        last one to keep.

    Raises
    ------
    UserError
        If the folder is taken, or holds a run of something else.
    """

    def __init__(
        self, out: Path, manifest: Manifest, probe: Probe, resume: bool | int = False
    ) -> None:
        self.recorded: list[int] = []
        self._counting = manifest.counting
        self._missed: dict[str, tuple[str, list[int]]] = {}
        self.diverged = ""
        """What is to be said where the last epoch had diverged."""
        self.notes: list[str] = []
        self.is_continued = resume is not False and (out / MANIFEST).exists()
        if self.is_continued:
            self._writer = self._reopened(out, manifest, probe, resume)
        else:
            self._writer = RunWriter(out, manifest, probe)
        self._process = os.getpid()
        self._is_open = True
        self._forget = at_termination(
            lambda: self.end_if_forgotten(
                tr("The program was ended (SIGTERM) with its recorder open.")
            )
        )

    def _reopened(
        self, out: Path, manifest: Manifest, probe: Probe, resume: bool | int
    ) -> RunWriter:
        before = read_manifest(out / MANIFEST)
        was, now = before.recipe, manifest.recipe
        changed = [name for name in _SAME if was.get(name) != now.get(name)]
        drawn = read_probe(out / PROBE, len(before.drawn_names)).labels
        if before.layers != manifest.layers and not changed:
            changed = ["layers"]
        if before.class_names != manifest.class_names:
            changed.append(tr("class names"))
        if before.splits != manifest.splits:
            changed.append("splits")
        if before.counting != manifest.counting:
            changed.append(
                tr(
                    "{words} and not {words_2}",
                    words=before.counting.words,
                    words_2=manifest.counting.words,
                )
            )
        if changed or drawn.tolist() != probe.labels.tolist():
            what = ", ".join(changed) or "samples"
            raise UserError(
                tr(
                    "{out} holds a run of something else ({what}): go on with the "
                    "same, or choose another folder.",
                    out=out,
                    what=what.replace("_", " "),
                )
            )
        writer = RunWriter.reopen(out)
        there = list(Run(out).epochs)
        last = max(there, default=0) if resume is True else self._counting.number(resume)
        self.recorded = [epoch for epoch in there if epoch <= last]
        later = [epoch for epoch in there if epoch > last]
        writer.remove(later)
        words = tr("{out} goes on: {recorded} kept", out=out, recorded=self._counted(self.recorded))
        self.notes.append(
            words + (tr(", {later} after it removed", later=self._counted(later)) if later else "")
        )
        if was.get("samples") != now.get("samples"):
            self.notes.append(
                tr("other samples are measured than before: its curves may jump here")
            )
        said = [*was.get("transforms", []), *self.notes]
        writer.manifest = replace(writer.manifest, recipe={**was, "transforms": said})
        return writer

    def write(self, snapshot: Snapshot) -> None:
        """Record an epoch."""
        self._writer.write(snapshot)
        self.recorded.append(snapshot.epoch)

    def miss(self, epoch: int, why: str) -> None:
        """Note that an epoch could not be recorded."""
        self._missed.setdefault(without_numbers(why), (why, []))[1].append(epoch)

    def end(self, state: str, message: str = "") -> None:
        """End the run; one without a snapshot is removed.

        Raises
        ------
        UserError
            If its end cannot be written.
        """
        self._is_open = False
        self._forget()
        if not self.recorded and not self.is_continued:
            self._writer.discard()
            return
        if self.diverged and state == "finished":
            state, message = "failed", message or self.diverged
        recorded = tuple(sorted(self.recorded))
        self._writer.manifest = replace(
            self._writer.manifest, recorded=recorded, epochs=max(recorded, default=0)
        )
        self._writer.close(state, message or self._missing())

    def _missing(self) -> str:
        """Say which epochs are not there."""
        if not self._missed:
            return ""
        why, epochs = next(iter(self._missed.values()))
        more = sum(len(others) for _, others in self._missed.values()) - len(epochs)
        others = tr("; {more} more for other reasons", more=more) if more else ""
        return tr(
            "Not recorded: {epochs} ({why}){others}.",
            epochs=self._listed(epochs),
            why=why,
            others=others,
        )

    def _counted(self, numbers: list[int]) -> str:
        if len(numbers) < 2:
            unit = self._counting.unit
            return self._counting.named(numbers[0]) if numbers else tr("no {unit}", unit=unit)
        return tr(
            "{count} snapshots ({numbers})",
            count=len(numbers),
            numbers=self._counting.span(min(numbers), max(numbers)),
        )

    def _listed(self, numbers: list[int]) -> str:
        unit = self._counting.units if len(numbers) > 1 else self._counting.unit
        shown = ", ".join(map(self._counting.digits, numbers[:8]))
        return f"{unit} {shown}{' …' if len(numbers) > 8 else ''}"

    def end_if_forgotten(
        self, message: str = tr("The program ended without closing its recorder.")
    ) -> None:
        """End a run whose recorder nobody closed."""
        # A process that was forked meanwhile must not end what its parent writes.
        if not self._is_open or os.getpid() != self._process:
            return
        try:
            self.end("stopped", message)
        except UserError as error:
            print(tr("ncviz: {error}", error=error), file=sys.stderr)


def without_numbers(words: str) -> str:
    """Return a sentence without its digits: what is said of one epoch is said of all."""
    return "".join(letter for letter in words if not letter.isdigit())


def end_with(owner: object, run: RunInProgress) -> None:
    """End a run when its owner is dropped, or the program ends."""
    weakref.finalize(owner, run.end_if_forgotten)
