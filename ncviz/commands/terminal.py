"""What is printed: no name of a file or a layer can give the terminal an order."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from ncviz.wording import shell_word, visible, visible_line


class PlainStream:
    """A stream of text in which control characters are written out.

    Parameters
    ----------
    stream : text file
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        r"""Write text; an escape sequence, and what the terminal has no letter for, as '\x1b'."""
        shown = visible(text)
        if encoding := getattr(self._stream, "encoding", None):
            shown = shown.encode(encoding, "backslashreplace").decode(encoding)
        self._stream.write(shown)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def saved(run: Path) -> str:
    """Return where a run was saved, and a command that can be copied to open it."""
    return f"Saved {visible_line(str(run))}; see it with: ncviz open {shell_word(str(run))}"


@contextlib.contextmanager
def plain_output() -> Iterator[None]:
    """Let all that is printed within show every letter and obey none."""
    with contextlib.ExitStack() as stack:
        for stream, redirect in (
            (sys.stdout, contextlib.redirect_stdout),
            (sys.stderr, contextlib.redirect_stderr),
        ):
            if stream is not None:  # as of a program without a terminal
                stack.enter_context(redirect(PlainStream(stream)))
        yield
