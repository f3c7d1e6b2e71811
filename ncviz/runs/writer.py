"""Writes a run, snapshot by snapshot, so that no kill can leave it unreadable."""

import contextlib
import functools
import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ncviz import held_files
from ncviz.errors import BusyError, UserError
from ncviz.file_names import check_file_name
from ncviz.language import tr
from ncviz.processes import is_alive
from ncviz.runs.lock import WritingLock
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import Manifest, check_extent, read_manifest
from ncviz.runs.probe import FILE_NAME as PROBE
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Snapshot, to_bytes

SNAPSHOTS = "snapshots"
LONGEST_GIVEN_TITLE = 200  # characters, of a title that somebody gives
STATE = "training.safetensors"  # what a training needs to go on
_PARTIAL = re.compile(r"\..{1,40}\.(\d{1,10})\.partial", re.DOTALL)


def snapshot_name(epoch: int) -> str:
    """Return the file name of an epoch's snapshot."""
    return f"{epoch:06d}.safetensors"


class RunWriter:
    """A run that is being recorded.

    Parameters
    ----------
    path : Path
        The run's folder; it is made, and must not yet hold a run.
    manifest : Manifest
    probe : Probe

    Raises
    ------
    UserError
        If the folder is taken or cannot be written, or the manifest beyond what is read.
    """

    _waits = False  # whether something was written that may not be on the disk yet

    def __init__(self, path: Path, manifest: Manifest, probe: Probe) -> None:
        check_extent(path, len(manifest.layers), manifest.classes)
        longest = partial_path(Path(SNAPSHOTS, snapshot_name(0)), os.getpid())
        check_file_name(path, holds=str(longest))
        self.path = path
        self.manifest = manifest
        try:
            self._made = not path.exists()
            if not self._made:
                remove_partials(path)
                if not never_began(path):
                    raise UserError(
                        tr("{path} exists already: choose another name for the run.", path=path)
                    )
            (path / SNAPSHOTS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                tr("{path} cannot be made: {strerror}.", path=path, strerror=error.strerror)
            ) from error
        self._lock = WritingLock(path)
        try:
            # The manifest comes last: a folder that has one is a run.
            write_atomically(path / PROBE, probe.to_bytes())
            self._write_manifest()
        except UserError:
            self.discard()
            raise

    @classmethod
    def reopen(cls, path: Path, manifest: Manifest | None = None) -> "RunWriter":
        """Go on writing a run that is there.

        Parameters
        ----------
        path : Path
            The run's folder.
        manifest : Manifest, optional
            In place of its own, of the same run.

        Raises
        ------
        UserError
            If it is no run, is being written already, or cannot be written.
        """
        writer = cls.__new__(cls)
        writer.path, writer._made = path, False
        read_manifest(path / MANIFEST)  # so that what is no run is called so
        writer._lock = WritingLock(path)
        if not writer._lock.held:
            raise BusyError(
                tr("{path} is being recorded already: wait for its end, or stop it.", path=path)
            )
        remove_partials(path)
        remove_partials(path / SNAPSHOTS)
        try:
            now = manifest or read_manifest(path / MANIFEST)
            writer.manifest = now.with_state("running")
            writer._write_manifest()
        except UserError:
            writer._lock.release()
            raise
        return writer

    def write(self, snapshot: Snapshot, *, at_once: bool = True) -> None:
        """Record one epoch; once this returns it will survive a kill.

        Parameters
        ----------
        snapshot : Snapshot
        at_once : bool
            Wait until it is on the disk; else `close` waits for all of them, which takes far
            less time for thousands of epochs that are there already.

        Raises
        ------
        UserError
            If the disk is full or the folder is gone; the snapshots that were
            written before stay whole.
        """
        self.write_content(snapshot.epoch, to_bytes(snapshot), at_once=at_once)

    def write_content(self, epoch: int, content: bytes, *, at_once: bool = True) -> None:
        """Record one epoch, as `write`, from the file that its snapshot makes."""
        target = self.path / SNAPSHOTS / snapshot_name(epoch)
        write_atomically(target, content, at_once=at_once)
        self._waits = self._waits or not at_once

    def remove(self, epochs: Iterable[int]) -> None:
        """Remove what was recorded of some epochs."""
        for epoch in epochs:
            with contextlib.suppress(OSError):
                held_files.remove(self.path / SNAPSHOTS / snapshot_name(epoch))

    def write_state(self, content: bytes) -> None:
        """Keep what a training needs to go on from here, in place of what was kept before."""
        write_atomically(self.path / STATE, content)

    def close(self, state: str = "finished", message: str = "") -> None:
        """Say how the run ended: 'finished', 'stopped' or 'failed' with a sentence."""
        self.manifest = self.manifest.with_state(state, message)
        try:
            if self._waits and hasattr(os, "sync"):
                os.sync()
            self._write_manifest()
        finally:
            self._lock.release()
        if state == "finished":
            with contextlib.suppress(OSError):  # left behind it takes room, and no more
                held_files.remove(self.path / STATE)

    def discard(self) -> None:
        """Remove the run."""
        self._lock.release()
        if self._made:
            held_files.remove_if_possible(self.path)
            return
        for name in (SNAPSHOTS, MANIFEST, PROBE, STATE):
            held_files.remove_if_possible(self.path / name)

    def _write_manifest(self) -> None:
        write_atomically(self.path / MANIFEST, self.manifest.to_json().encode())


def never_began(path: Path) -> bool:
    """Tell whether a folder holds no more than a writer leaves that died before its first line."""
    if not path.is_dir():
        return False
    left = {item.name for item in path.iterdir()}
    snapshots = path / SNAPSHOTS
    return left <= {SNAPSHOTS, PROBE} and (
        SNAPSHOTS not in left or (snapshots.is_dir() and not any(snapshots.iterdir()))
    )


def partial_path(path: Path, pid: int) -> Path:
    """Return under which name a process writes a file until it is whole."""
    return path.with_name(f".{path.name[:40]}.{pid}.partial")


def remove_partials(folder: Path) -> None:
    """Remove half-written files whose writer is dead: it was killed before it could do so.

    Parameters
    ----------
    folder : Path
        What cannot be looked at or removed there stays.
    """
    try:
        inside = list(folder.iterdir())
    except OSError:
        return
    for path in inside:
        found = _PARTIAL.fullmatch(path.name)
        if found is not None and not is_alive(int(found[1])):
            held_files.remove_if_possible(path)


@functools.lru_cache(maxsize=256)
def tidy(folder: Path) -> None:
    """Remove half-written files of dead writers, once a process and folder: looking takes time."""
    remove_partials(folder)


def write_atomically(path: Path, content: bytes, *, at_once: bool = True) -> None:
    """Write a file so that it is there whole or not at all.

    Parameters
    ----------
    path : Path
        Replaced if it exists.
    content : bytes
    at_once : bool
        Wait until it is on the disk.

    Raises
    ------
    UserError
        If it cannot be written; nothing is left behind.
    """
    if not path.name:
        raise UserError(tr("{path} is no name for a file: choose one.", path=path))
    check_file_name(path)
    # A name of its own, so that two writers never share a half-written file.
    partial = partial_path(path, os.getpid())
    tidy(path.parent)
    try:
        with open(partial, "wb") as file:
            file.write(content)
            file.flush()
            if at_once:
                os.fsync(file.fileno())
        held_files.replace(partial, path)
    except OSError as error:
        held_files.remove_if_possible(partial)
        raise UserError(
            tr("{path} cannot be written: {strerror}.", path=path, strerror=error.strerror)
        ) from error


def settle_run(folder: Path, state: str, message: str = "") -> None:
    """Write the end of a run into its manifest, for a process that could not.

    Parameters
    ----------
    folder : Path
    state, message : str
        As of `RunWriter.close`.
    """
    path = folder / MANIFEST
    # What cannot be written stays as it is: the run can be opened all the same.
    with contextlib.suppress(UserError):
        manifest = read_manifest(path)
        if manifest.state == "running":
            write_atomically(path, manifest.with_state(state, message).to_json().encode())


def rename_run(folder: Path, title: str) -> str:
    """Write another title into a run's manifest; its folder keeps its name.

    Parameters
    ----------
    folder : Path
        The run's folder.
    title : str
        One line; spaces around it and between its words are tidied.

    Returns
    -------
    str
        The title as it was written.

    Raises
    ------
    UserError
        If the title is empty or too long, or the run is being recorded, is gone, or
        cannot be written.
    """
    one = " ".join(title.split())
    if not one or not one.isprintable():
        raise UserError(tr("A run needs a title of one line: write one."))
    if len(one) > LONGEST_GIVEN_TITLE:
        raise UserError(
            tr(
                "The title has {count} characters: write at most {longest_given_title}.",
                count=len(one),
                longest_given_title=LONGEST_GIVEN_TITLE,
            )
        )
    manifest = read_manifest(folder / MANIFEST)
    lock = WritingLock(folder)
    try:
        if not lock.held:
            raise UserError(
                tr(
                    "{folder} is being recorded: rename it when the recording has ended.",
                    folder=folder,
                )
            )
        write_atomically(folder / MANIFEST, replace(manifest, title=one).to_json().encode())
    finally:
        lock.release()
    return one
