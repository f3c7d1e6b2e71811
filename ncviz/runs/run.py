"""Opens a run and reads what is asked for, when it is asked for."""

import os
from collections import OrderedDict
from pathlib import Path

from safetensors import SafetensorError, safe_open

from ncviz.bounded_reading import check_regular
from ncviz.errors import UserError, reason
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.probe import FILE_NAME as PROBE
from ncviz.runs.probe import read_probe
from ncviz.runs.snapshot import StoredSnapshot
from ncviz.runs.writer import SNAPSHOTS, snapshot_name

OPEN_FILES = 64  # snapshots kept mapped; each costs a file handle


class Run:
    """A recorded run on disk, finished or still growing.

    Opening reads the manifest and the names of the snapshots only; each
    snapshot is memory-mapped when it is first asked for.

    Parameters
    ----------
    path : Path
        The run's folder, or its manifest.json.

    Raises
    ------
    UserError
        If it is not a run, or has no snapshot yet.
    """

    def __init__(self, path: Path) -> None:
        path = Path(path)
        self.path = path.parent if path.name == MANIFEST else path
        if not os.path.exists(self.path):
            raise UserError(f"{self.path} does not exist: choose the folder of a recorded run.")
        self.manifest = read_manifest(self.path / MANIFEST)
        self.probe = read_probe(self.path / PROBE, self.manifest.classes)
        self.epochs: tuple[int, ...] = self._find_epochs()
        if not self.epochs:
            raise UserError(
                f"{self.path} holds no snapshot yet: wait until its first epoch is recorded."
            )
        self._open: OrderedDict[int, StoredSnapshot] = OrderedDict()

    @property
    def missing_epochs(self) -> tuple[int, ...]:
        """Epochs that a finished run should hold and does not."""
        if self.manifest.state != "finished" or not self.manifest.recorded:
            return ()
        return tuple(sorted(set(self.manifest.recorded) - set(self.epochs)))

    def refresh(self) -> bool:
        """Look for new snapshots of a run that is still being written.

        Returns
        -------
        bool
            Whether anything changed.
        """
        before = self.epochs, self.manifest
        self.epochs = self._find_epochs() or self.epochs
        self.manifest = read_manifest(self.path / MANIFEST)
        return (self.epochs, self.manifest) != before

    def snapshot(self, epoch: int) -> StoredSnapshot:
        """Return a recorded epoch.

        Raises
        ------
        UserError
            If it was not recorded or its file is damaged.
        """
        if epoch in self._open:
            self._open.move_to_end(epoch)
            return self._open[epoch]
        snapshot = self._read(epoch)
        self._open[epoch] = snapshot
        while len(self._open) > OPEN_FILES:
            self._open.popitem(last=False)
        return snapshot

    def _read(self, epoch: int) -> StoredSnapshot:
        path = self.path / SNAPSHOTS / snapshot_name(epoch)
        if epoch not in self.epochs:
            raise UserError(f"{self.path} has no snapshot of epoch {epoch}.")
        try:
            check_regular(path)
            handle = safe_open(path, framework="np")
        except FileNotFoundError:
            raise UserError(f"The snapshot {path} is missing: the run was changed.") from None
        except (OSError, SafetensorError) as error:
            raise UserError(f"The snapshot {path} is damaged: {reason(error)}.") from error
        snapshot = StoredSnapshot(
            handle, f"The snapshot {path}", self.manifest.classes, len(self.probe.labels)
        )
        if snapshot.epoch != epoch:
            raise UserError(f"The snapshot {path} is of epoch {snapshot.epoch}: it was renamed.")
        return snapshot

    def _find_epochs(self) -> tuple[int, ...]:
        found = (self.path / SNAPSHOTS).glob("[0-9]*.safetensors")
        numbered = (p for p in found if p.stem.isdecimal())
        return tuple(sorted(int(p.stem) for p in numbered if p.name == snapshot_name(int(p.stem))))
