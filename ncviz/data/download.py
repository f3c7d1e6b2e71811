"""Downloads that are verified and leave nothing half-written."""

import hashlib
import http.client
import tempfile
import urllib.request
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ncviz import held_files
from ncviz.data.dataset import Progress
from ncviz.errors import UserError
from ncviz.language import tr

# For connecting, and for each wait for more bytes.
_TIMEOUT_SECONDS = 10.0
_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True)
class RemoteFile:
    """A file on the network.

    Attributes
    ----------
    name : str
        Its name on the disk.
    md5 : str
        Its checksum, in hexadecimal.
    urls : tuple of str
        Where it is served; tried in order.
    """

    name: str
    md5: str
    urls: tuple[str, ...]


class _FailedError(Exception):
    """One address did not deliver the file."""


@contextmanager
def staged(root: Path, target: Path) -> Iterator[Path]:
    """Lend an empty folder whose files move to `target` if the block succeeds.

    Parameters
    ----------
    root : Path
        Made if missing; the lent folder lies in it, on the file system of
        `target`.
    target : Path
        `root` or a folder below it.

    Yields
    ------
    Path
        The lent folder. It is deleted in any case.

    Raises
    ------
    UserError
        If something cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        lent = Path(tempfile.mkdtemp(prefix=".download-", dir=root))
        try:
            yield lent
            target.mkdir(parents=True, exist_ok=True)
            for path in sorted(lent.iterdir()):
                held_files.replace(path, target / path.name)
        finally:
            held_files.remove_if_possible(lent)
    except OSError as error:
        raise UserError(
            tr(
                "The download cannot be written to {target} ({strerror}): "
                "make room there or name another folder.",
                target=target,
                strerror=error.strerror or error,
            )
        ) from error


def download(
    files: Sequence[RemoteFile], folder: Path, total_bytes: int, progress: Progress | None = None
) -> None:
    """Download files into a folder and verify their checksums.

    Parameters
    ----------
    files : sequence of RemoteFile
        What to download, one after the other.
    folder : Path
        An existing folder.
    total_bytes : int
        The length of all files together; more is not accepted.
    progress : callable, optional
        Called with the bytes done and `total_bytes` after every piece. An
        exception it raises cancels the download and passes through.

    Raises
    ------
    UserError
        If no address delivers one of the files.
    OSError
        If a file cannot be written.
    """
    done = 0
    for file in files:
        done += _fetch(file, folder, done, total_bytes, progress)


def _fetch(
    file: RemoteFile, folder: Path, done: int, total_bytes: int, progress: Progress | None
) -> int:
    failures = []
    for url in file.urls:
        try:
            return _fetch_from(url, file, folder / file.name, done, total_bytes, progress)
        except _FailedError as error:
            failures.append(f"{urlsplit(url).netloc}: {error}")
    raise UserError(
        tr(
            "{name} could not be downloaded ({failures}): check the network "
            "connection, or name a folder that already holds the data set.",
            name=file.name,
            failures="; ".join(failures),
        )
    )


def _fetch_from(
    url: str, file: RemoteFile, path: Path, done: int, total_bytes: int, progress: Progress | None
) -> int:
    digest = hashlib.md5(usedforsecurity=False)
    received = 0
    with closing(_pieces(url)) as pieces, path.open("wb") as output:
        for piece in pieces:
            received += len(piece)
            if done + received > total_bytes:
                raise _FailedError(tr("the file there is too long"))
            output.write(piece)
            digest.update(piece)
            if progress is not None:
                progress(done + received, total_bytes)
    if digest.hexdigest() != file.md5:
        raise _FailedError(tr("the file there has a wrong checksum"))
    return received


def _pieces(url: str) -> Generator[bytes, None, None]:
    # Some mirrors turn away Python's default agent.
    request = urllib.request.Request(url, headers={"User-Agent": "ncviz"})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
            while piece := response.read(_CHUNK_BYTES):
                yield piece
    except (OSError, http.client.HTTPException) as error:
        raise _FailedError(_reason(error)) from error


def _reason(error: Exception) -> str:
    """Say in one line what went wrong."""
    cause = getattr(error, "reason", None) or error
    return " ".join(str(getattr(cause, "strerror", None) or cause).split())
