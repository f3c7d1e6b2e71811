"""What nobody foresaw: one sentence, and a report of it in a file."""

import platform
import tempfile
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ncviz import __version__
from ncviz.language import tr
from ncviz.user_folders import data_folder
from ncviz.wording import one_line

LONGEST = 160  # characters of what an exception says, within the sentence


def unforeseen(error: BaseException, arguments: Sequence[str]) -> str:
    """Write a report of an exception and return the sentence that tells of it.

    Parameters
    ----------
    error : BaseException
    arguments : sequence of str
        Of the command line.

    Returns
    -------
    str
        It names the report; where none can be written, it says so.
    """
    if isinstance(error, MemoryError):
        said = tr("the memory is full")
    else:
        said = one_line(f"{type(error).__name__}: {error}")[:LONGEST].rstrip(" :.")
    try:
        report = _write(error, arguments)
    except OSError as full:
        return tr(
            "This should not have happened ({said}), and no report could be written ({full}).",
            said=said,
            full=full,
        )
    return tr(
        "This should not have happened ({said}). What led to it stands in {report}.",
        said=said,
        report=report,
    )


def _write(error: BaseException, arguments: Sequence[str]) -> Path:
    moment = datetime.now().astimezone()
    lines = (
        f"ncviz {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"{moment.isoformat(timespec='seconds')}: {' '.join(arguments)}",
        "",
        *traceback.format_exception(error),
    )
    content = "\n".join(lines).encode("utf-8", "backslashreplace")
    name = f"{moment:%Y-%m-%d %H.%M.%S} {type(error).__name__}.txt"
    try:
        return _written(data_folder() / "reports" / name, content)
    except OSError:  # no home, or a full one
        return _written(Path(tempfile.gettempdir()) / name, content)


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
