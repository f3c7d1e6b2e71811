"""A recording of checkpoints that did not come to its end goes on where it stopped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from ncviz.arrays.safetensors_header import DamagedArraysError
from ncviz.errors import BusyError, FullError, UserError
from ncviz.language import tr
from ncviz.recording.plan import RecordPlan
from ncviz.runs.lock import is_being_written
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import Manifest, read_manifest
from ncviz.runs.snapshot import WEIGHTS
from ncviz.runs.stored_arrays import StoredArrays
from ncviz.runs.writer import SNAPSHOTS, RunWriter, never_began, remove_partials, snapshot_name
from ncviz.wording import listed

KIND = "checkpoints"  # of the recipe of such a run
SAMPLES = "samples"  # in the recipe, the mark by which to know the same samples again

# What may be another when a recording goes on: checkpoints are known by their epochs and weights.
_FREE = (
    "checkpoints",
    "epochs",
    "epoch_pattern",
    "weights",
    "batch",
    "memory",
    "device",
    "trusted",
)


@dataclass(frozen=True, eq=False)
class BrokenOff:
    """A recording that stopped, failed or was killed.

    Parameters
    ----------
    path : Path
    manifest : Manifest
    marks : mapping of int to str
        Of the weights that were measured, by their epochs.
    """

    path: Path
    manifest: Manifest
    marks: Mapping[int, str]

    def require_epochs(self, epochs: Iterable[int]) -> None:
        """Refuse to go on without the checkpoints that are measured already.

        Raises
        ------
        UserError
            Naming the epochs that are not given.
        """
        if lacking := sorted(set(self.marks) - set(epochs)):
            raise UserError(
                tr(
                    "{path} holds {epochs}, and no such checkpoint is given: give the same "
                    "checkpoints, or choose another name for the run.",
                    path=self.path,
                    epochs=listed([self.manifest.counting.named(epoch) for epoch in lacking]),
                )
            )

    def require_same(self, epoch: int, mark: str, checkpoint: Path) -> None:
        """Refuse a checkpoint of a measured epoch that holds other weights.

        Raises
        ------
        UserError
            If it does.
        """
        if self.marks[epoch] != mark:
            raise UserError(
                tr(
                    "{checkpoint} holds other weights than those that {path} has of {epoch}: "
                    "give the same checkpoints, or choose another name for the run.",
                    checkpoint=checkpoint,
                    path=self.path,
                    epoch=self.manifest.counting.named(epoch),
                )
            )

    def reopened(self, manifest: Manifest) -> RunWriter:
        """Go on writing the run.

        Parameters
        ----------
        manifest : Manifest
            What it would be if it was begun now.

        Raises
        ------
        UserError
            If it would be another run; naming what differs.
        """
        if differing := self._differing(manifest):
            raise UserError(
                tr(
                    "{path} was begun with something else ({names}): give the same again, or "
                    "choose another name for the run.",
                    path=self.path,
                    names=listed(differing),
                )
            )
        return RunWriter.reopen(self.path, replace(manifest, created=self.manifest.created))

    def _differing(self, manifest: Manifest) -> list[str]:
        was, now = self.manifest, manifest
        options = [
            f"--{each.name.replace('_', '-')}"
            for each in fields(RecordPlan)
            if each.name not in _FREE and was.recipe.get(each.name) != now.recipe.get(each.name)
        ]
        if options:
            return options
        pairs = {
            tr("samples"): (was.recipe.get(SAMPLES), now.recipe.get(SAMPLES)),
            tr("classes"): (
                (was.class_names, was.train_counts),
                (now.class_names, now.train_counts),
            ),
            tr("layers"): (was.layers, now.layers),
            tr("splits"): (was.splits, now.splits),
            tr("what the checkpoints count"): (was.counting, now.counting),
        }
        return [words for words, (old, new) in pairs.items() if old != new]


def broken_off(out: Path) -> BrokenOff | None:
    """Return the recording that can go on in a folder; None where a new one can begin.

    Parameters
    ----------
    out : Path
        The folder of the run that is to be.

    Raises
    ------
    UserError
        If it holds something else, or is being written.
    """
    try:
        if not out.exists():
            return None
        remove_partials(out)
        if never_began(out):
            return None
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or error
        raise UserError(tr("{out} cannot be made: {words}.", out=out, words=words)) from error
    taken = UserError(tr("{out} exists already: choose another name for the run.", out=out))
    if not (out / MANIFEST).is_file():
        raise taken
    try:
        manifest = read_manifest(out / MANIFEST)
    except UserError as error:
        raise taken from error
    recipe = manifest.recipe
    if recipe.get("kind") != KIND or SAMPLES not in recipe or manifest.state == "finished":
        raise taken
    if is_being_written(out):
        raise BusyError(
            tr("{path} is being recorded already: wait for its end, or stop it.", path=out)
        )
    return BrokenOff(out, manifest, dict(_marks(out / SNAPSHOTS)))


def _marks(snapshots: Path) -> Iterable[tuple[int, str]]:
    """Yield the epochs of whole snapshots, and the marks of their weights."""
    for path in sorted(snapshots.glob("*.safetensors")):
        try:
            said = StoredArrays(path).metadata
            epoch = int(said["epoch"])
        except (OSError, UserError, DamagedArraysError, KeyError, ValueError):
            continue  # what is not whole is measured anew
        if path.name == snapshot_name(epoch) and WEIGHTS in said:
            yield epoch, said[WEIGHTS]


def with_advice(error: BaseException, out: Path) -> FullError:
    """Return a disk's refusal with what becomes of the snapshots that are there."""
    return FullError(
        tr(
            "{error} {out} keeps what was measured before: make room and give the same command "
            "again; it goes on where it stopped.",
            error=error,
            out=out,
        )
    )
