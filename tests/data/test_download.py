import hashlib
import io
import socket
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ncviz.data import cifar10_files as cifar10
from ncviz.data import mnist_files as mnist
from ncviz.data.catalogue import data_sets, load
from ncviz.data.download import RemoteFile, download, staged
from ncviz.errors import UserError


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    """Serve a folder on this machine; yield the folder and its address."""
    monkeypatch.setenv("no_proxy", "*")
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def closed_address(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return an address on this machine that refuses at once."""
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def offer(monkeypatch: pytest.MonkeyPatch, key: str, **changes: object) -> None:
    known = data_sets()
    known = {**known, key: replace(known[key], **changes)}
    monkeypatch.setattr("ncviz.data.catalogue.data_sets", lambda: known)


def offer_mnist(monkeypatch, folder: Path, mirrors: list[str]) -> int:
    """Let torchvision name the files in the folder; return their length in all."""
    paths = sorted(folder.glob("*.gz"))
    source = SimpleNamespace(mirrors=mirrors, resources=[(p.name, md5(p)) for p in paths])
    module = SimpleNamespace(datasets=SimpleNamespace(FashionMNIST=source))
    monkeypatch.setattr(mnist, "load_torchvision", lambda: module)
    total = sum(path.stat().st_size for path in paths)
    offer(monkeypatch, "fashion-mnist", download_bytes=total)
    return total


def offer_cifar10(monkeypatch, folder: Path, address: str, cifar10_files) -> int:
    batches = folder / "cifar-10-batches-bin"
    cifar10_files(batches)
    archive = folder / "cifar-10-binary.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(batches, arcname=batches.name)
        hostile = tarfile.TarInfo("../outside")
        tar.addfile(hostile, io.BytesIO())
    remote = RemoteFile(archive.name, md5(archive), (address + archive.name,))
    monkeypatch.setattr(cifar10, "_ARCHIVE", remote)
    offer(monkeypatch, "cifar10", download_bytes=archive.stat().st_size)
    return archive.stat().st_size


def files_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def nothing_left(folder: Path) -> bool:
    return not folder.exists() or not any(folder.iterdir())


def test_mnist_is_downloaded_with_progress(served, own_folders, monkeypatch, mnist_files):
    folder, address = served
    arrays = mnist_files(folder, compressed=True)
    total = offer_mnist(monkeypatch, folder, [address])
    seen: list[tuple[int, int]] = []
    data = load("fashion-mnist", download=True, progress=lambda *now: seen.append(now))
    np.testing.assert_array_equal(data.test.pixels, arrays["t10k-images-idx3-ubyte"])
    assert seen == sorted(seen)
    assert seen[-1] == (total, total)
    own, _ = own_folders
    assert files_below(own) == sorted(f"FashionMNIST/raw/{p.name}" for p in folder.iterdir())


def test_what_is_there_is_not_downloaded_again(tmp_path, mnist_files, monkeypatch):
    mnist_files(tmp_path)
    monkeypatch.setattr(mnist, "load_torchvision", lambda: pytest.fail("the network was used"))
    assert len(load("mnist", tmp_path, download=True).train) == 20


def test_cifar10_is_downloaded_and_unpacked(served, tmp_path, monkeypatch, cifar10_files):
    folder, address = served
    total = offer_cifar10(monkeypatch, folder, address, cifar10_files)
    seen: list[tuple[int, int]] = []
    target = tmp_path / "named"
    data = load("cifar10", target, download=True, progress=lambda *now: seen.append(now))
    assert len(data.train) == 20
    assert seen[-1] == (total, total)
    assert files_below(target) == [
        f"cifar-10-batches-bin/{name}.bin"
        for name in (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")
    ]
    assert not (tmp_path / "outside").exists()


def test_next_mirror_is_tried(served, closed_address, tmp_path, monkeypatch, mnist_files):
    folder, address = served
    mnist_files(folder, compressed=True)
    offer_mnist(monkeypatch, folder, [closed_address, address])
    assert len(load("fashion-mnist", tmp_path / "named", download=True).train) == 20


def test_no_network(closed_address, own_folders, tmp_path, monkeypatch, mnist_files):
    mnist_files(tmp_path / "origin", compressed=True)
    offer_mnist(monkeypatch, tmp_path / "origin", [closed_address])
    with pytest.raises(UserError) as refusal:
        load("fashion-mnist", download=True)
    message = str(refusal.value)
    assert "t10k-images-idx3-ubyte.gz could not be downloaded (127.0.0.1:" in message
    assert ": Connection refused): check" in message
    assert "\n" not in message
    assert nothing_left(own_folders[0])


class CancelledError(Exception):
    pass


@pytest.mark.parametrize("key", ["fashion-mnist", "cifar10"])
def test_cancelling_leaves_nothing(key, served, tmp_path, monkeypatch, mnist_files, cifar10_files):
    folder, address = served
    if key == "cifar10":
        offer_cifar10(monkeypatch, folder, address, cifar10_files)
    else:
        mnist_files(folder, compressed=True)
        offer_mnist(monkeypatch, folder, [address])
    target = tmp_path / "named"
    present_at_cancel: list[str] = []

    def cancel(done: int, total: int) -> None:
        if 2 * done > total:
            present_at_cancel.extend(files_below(target))
            raise CancelledError

    with pytest.raises(CancelledError):
        load(key, target, download=True, progress=cancel)
    assert present_at_cancel
    assert nothing_left(target)


@pytest.fixture
def one_file(served) -> tuple[Path, RemoteFile]:
    folder, address = served
    path = folder / "data.gz"
    path.write_bytes(bytes(range(250)) * 1000)
    return path, RemoteFile("data.gz", md5(path), (address + "data.gz",))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.write_bytes(b"x" + path.read_bytes()[1:]), "wrong checksum"),
        (lambda path: path.write_bytes(path.read_bytes()[1:]), "wrong checksum"),
        (lambda path: path.write_bytes(path.read_bytes() + b"x"), "too long"),
        (lambda path: path.unlink(), "not found"),
    ],
)
def test_another_file_is_refused(one_file, tmp_path, damage, reason):
    path, remote = one_file
    total = path.stat().st_size
    damage(path)
    target = tmp_path / "target"
    with (
        pytest.raises(UserError, match=rf"(?i)^data\.gz could .*{reason}"),
        staged(target, target) as folder,
    ):
        download([remote], folder, total)
    assert nothing_left(target)


def test_a_server_that_never_answers_times_out(tmp_path, monkeypatch):
    from ncviz.data import download as module

    monkeypatch.setenv("no_proxy", "*")
    assert module._TIMEOUT_SECONDS <= 10
    monkeypatch.setattr(module, "_TIMEOUT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/data.gz"
        with pytest.raises(UserError, match="timed out"):
            download([RemoteFile("data.gz", "", (url,))], tmp_path, 10)


def test_a_server_that_is_no_web_server(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"no HTTP at all\r\n\r\n")

        thread = threading.Thread(target=babble)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/data.gz"
        with pytest.raises(UserError, match=r"^data\.gz could not .*: no HTTP at all\): check"):
            download([RemoteFile("data.gz", "", (url,))], tmp_path, 10)
        thread.join()


def test_a_place_that_cannot_be_written(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with (
        pytest.raises(UserError, match="make room there or name another folder"),
        staged(blocked / "below", blocked / "below"),
    ):
        pytest.fail("nothing can be staged there")


def test_staging_replaces_and_keeps_what_else_is_there(tmp_path):
    (tmp_path / "old").write_text("old")
    (tmp_path / "other").write_text("other")
    with staged(tmp_path, tmp_path) as folder:
        (folder / "old").write_text("new")
    assert (tmp_path / "old").read_text() == "new"
    assert files_below(tmp_path) == ["old", "other"]
