"""What Windows does to files that somebody has open, made happen here."""

import ast
import errno
import importlib
import os
import shutil
import sys
import types
from pathlib import Path

import pytest

import ncviz
from ncviz import bounded_reading, held_files, processes
from ncviz.errors import UserError
from ncviz.export.film_files import open_film_file
from ncviz.runs import lock
from ncviz.runs.run import Run
from ncviz.runs.writer import RunWriter, partial_path, remove_partials, tidy, write_atomically

ACCESS_DENIED, SHARING_VIOLATION, FOLDER_NOT_EMPTY = 5, 32, 145
KINDS = [ACCESS_DENIED, SHARING_VIOLATION, 33, FOLDER_NOT_EMPTY]


def held(number: int = SHARING_VIOLATION) -> OSError:
    """Return what Python raises on Windows for a file that somebody has open."""
    error = PermissionError(errno.EACCES, "The process cannot access the file")
    error.winerror = number
    return error


@pytest.fixture
def holder(monkeypatch):
    """Return what holds every file of a name for the next so many tries, and counts them."""

    class Holder:
        tries = 0
        left = 0
        name = ""
        number = SHARING_VIOLATION

        def hold(self, name: str, times: float, number: int = SHARING_VIOLATION) -> None:
            self.name, self.left, self.number = name, times, number

        def refuse(self, path: object) -> None:
            if self.name not in Path(os.fspath(path)).name:
                return
            self.tries += 1
            if self.left > 0:
                self.left -= 1
                raise held(self.number)

    there = Holder()
    for module, name in ((os, "replace"), (os, "unlink"), (os, "rmdir"), (shutil, "rmtree")):
        original = getattr(module, name)

        def act(path, *rest, _original=original, **options):
            there.refuse(path)
            return _original(path, *rest, **options)

        monkeypatch.setattr(module, name, act)
    monkeypatch.setattr(held_files.time, "sleep", lambda _: None)
    return there


@pytest.mark.parametrize("number", KINDS)
def test_a_file_that_is_held_once_is_moved_and_removed(tmp_path, holder, number):
    source, target = tmp_path / "new", tmp_path / "x"
    source.write_text("after")
    target.write_text("before")
    holder.hold("new", 1, number)
    held_files.replace(source, target)
    assert target.read_text() == "after"
    holder.hold("x", 1, number)
    held_files.remove(target)
    folder = tmp_path / "folder"
    (folder / "within").mkdir(parents=True)
    holder.hold("folder", 2, number)
    held_files.remove_if_possible(folder)
    assert list(tmp_path.iterdir()) == []
    assert holder.left == 0


def test_who_holds_a_file_for_ever_is_told_of_and_nothing_half_written_stays(
    tmp_path, holder, monkeypatch
):
    monkeypatch.setattr(held_files, "SECONDS", 0.0)
    target = tmp_path / "x.csv"
    target.write_text("before")
    holder.hold("partial", 1)
    with pytest.raises(UserError, match=r"x\.csv cannot be written: The process cannot access"):
        write_atomically(target, b"after")
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
    assert target.read_text() == "before"


@pytest.mark.parametrize("kind", [PermissionError, FileNotFoundError, IsADirectoryError])
def test_what_waiting_cannot_mend_is_not_waited_for(tmp_path, holder, monkeypatch, kind):
    def refuse(*_):
        holder.tries += 1
        raise kind(errno.EACCES, "no")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(kind):
        held_files.replace(tmp_path / "a", tmp_path / "b")
    assert holder.tries == 1


def test_every_file_of_a_run_may_be_held_once(growing_run, tmp_path, holder, monkeypatch):
    """A scanner looks at each new file: the training goes on, and a cancelled one is removed."""
    original = os.replace
    seen: set[Path] = set()

    def scanned(source, target):
        if Path(target) not in seen:
            seen.add(Path(target))
            raise held()
        return original(source, target)

    monkeypatch.setattr(os, "replace", scanned)
    path = tmp_path / "run"
    writer = RunWriter(path, growing_run.manifest, growing_run.probe)
    for snapshot in growing_run.snapshots.values():
        writer.write(snapshot)
    writer.close()
    assert Run(path).epochs == growing_run.epochs
    assert len(seen) == 2 + len(growing_run.epochs)
    writer = RunWriter.reopen(path)
    writer._made = True
    holder.hold("run", 3)
    writer.discard()
    assert not path.exists()


@pytest.mark.parametrize("suffix", ["mp4", "gif", "png"])
def test_films_are_flushed_where_only_what_is_written_can_be(tmp_path, monkeypatch, holder, suffix):
    """Windows flushes no file that was opened to be read."""
    fcntl = pytest.importorskip("fcntl")
    flushed = []

    def strict(descriptor: int) -> None:
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        flushed.append(descriptor)

    monkeypatch.setattr(os, "fsync", strict)
    out = tmp_path / ("film" if suffix == "png" else f"film.{suffix}")
    plan = types.SimpleNamespace(
        out=out, suffix=suffix, title="", rate=10.0, frames=2, width=32, height=32
    )
    film = open_film_file(plan, {"a": 1})
    frames = [_frame(20), _frame(200)]
    film.begin(frames)
    for frame in frames:
        film.write(frame)
    holder.hold(".film", 1)
    film.finish()
    assert out.exists()
    assert flushed
    assert list(tmp_path.iterdir()) == [out]


def _frame(value: int):
    import numpy as np

    return np.full((32, 32, 3), value, np.uint8)


def test_no_other_module_moves_or_removes_files():
    """One mechanism: whoever calls the system itself loses to the first virus scanner."""
    forbidden = {
        ("os", name) for name in ("replace", "rename", "renames", "unlink", "remove", "rmdir")
    } | {("shutil", "rmtree"), ("shutil", "move")}
    methods = {"unlink", "rmdir", "rename", "touch"}
    found = []
    root = Path(ncviz.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if path.name == "held_files.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            of_module = isinstance(owner, ast.Name) and (owner.id, node.func.attr) in forbidden
            of_path = node.func.attr in methods and not node.args
            if of_module or of_path:
                found.append(f"{path.relative_to(root)}:{node.lineno}")
    assert found == []


# What is called on Windows, with the system's own functions stood in for


class FakeWindows(types.ModuleType):
    """Keeps what Windows would: which names are shared, which processes live."""

    NULL, PAGE_READONLY, ERROR_ALREADY_EXISTS = 0, 2, 183
    GENERIC_READ, OPEN_EXISTING = 0x80000000, 3
    SYNCHRONIZE, WAIT_TIMEOUT = 0x100000, 258

    def __init__(self) -> None:
        super().__init__("_winapi")
        self.names: dict[int, str] = {}
        self.opened: list[tuple] = []
        self.alive = {7: True, 8: False}
        self._last_error = 0

    def CreateFileMapping(self, _file, _security, _page, _high, size, name):
        assert size == 1
        assert len(name) < 260
        self._last_error = self.ERROR_ALREADY_EXISTS if name in self.names.values() else 0
        handle = max(self.names, default=0) + 1
        self.names[handle] = name
        return handle

    def GetLastError(self):
        return self._last_error

    def CloseHandle(self, handle):
        self.names.pop(handle)

    def CreateFile(self, path, access, share, *_rest):
        self.opened.append((access, share))
        return os.open(path, os.O_RDONLY)

    def OpenProcess(self, _access, _inherit, pid):
        if pid == 5:
            raise held(ACCESS_DENIED)
        if pid not in self.alive:
            error = OSError(errno.EINVAL, "no such process")
            error.winerror = 87
            raise error
        self.names[pid] = f"process {pid}"
        return pid

    def WaitForSingleObject(self, handle, milliseconds):
        assert milliseconds == 0
        return self.WAIT_TIMEOUT if self.alive[handle] else 0


@pytest.fixture
def windows(monkeypatch):
    """Let modules be imported as they are on Windows."""
    fake, msvcrt = FakeWindows(), types.ModuleType("msvcrt")
    msvcrt.open_osfhandle = lambda handle, flags: handle
    monkeypatch.setitem(sys.modules, "_winapi", fake)
    monkeypatch.setitem(sys.modules, "msvcrt", msvcrt)
    monkeypatch.setattr(sys, "platform", "win32")
    modules = (lock, bounded_reading, processes)
    fake.modules = {m.__name__.split(".")[-1]: _imported_anew(m) for m in modules}
    return fake


def _imported_anew(module: types.ModuleType) -> types.ModuleType:
    """Return a second module of the same source; the first stays as it is."""
    spec = importlib.util.spec_from_file_location(module.__name__, module.__file__)
    anew = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(anew)
    return anew


def test_on_windows_one_writer_holds_a_run(windows, tmp_path):
    module = windows.modules["lock"]
    first = module.WritingLock(tmp_path)
    assert first.held
    assert first.is_certain
    second = module.WritingLock(tmp_path / "." / "")
    assert not second.held
    assert module.is_being_written(tmp_path)
    other = module.WritingLock(tmp_path / "other")
    assert other.held
    first.release()
    assert module.is_abandoned(tmp_path)
    other.release()
    with module.waiting_lock(tmp_path):
        assert module.is_being_written(tmp_path)
    assert windows.names == {}, "every handle was given back"


def test_on_windows_an_open_file_can_be_removed(windows, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"content")
    with windows.modules["bounded_reading"].open_regular(path) as file:
        assert file.read() == b"content"
    read_write_delete = 7
    assert windows.opened == [(windows.GENERIC_READ, read_write_delete)]


def test_on_windows_no_process_is_ended_by_asking_whether_it_lives(windows, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("this ends the process on Windows"))
    is_alive = windows.modules["processes"].is_alive
    assert [is_alive(pid) for pid in (7, 8, 9, 5, os.getpid(), 0, -1, 2**40)] == [
        *(True, False, False, True, True),
        *(False, False, False),
    ]
    assert set(windows.names) == set(), "every handle was given back"


def test_what_a_dead_process_left_goes_and_what_a_living_one_writes_stays(tmp_path):
    tidy.cache_clear()
    ours = partial_path(tmp_path / "x", os.getpid())
    dead = partial_path(tmp_path / "x", 2**31 - 1)
    for path in (ours, dead):
        path.write_bytes(b"half")
    remove_partials(tmp_path)
    assert list(tmp_path.iterdir()) == [ours]
