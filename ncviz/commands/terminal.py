"""What is printed: no name of a file or a layer can give the terminal an order."""

import contextlib
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from ncviz.wording import visible


class PlainStream:
    """A stream of text in which control characters are written out.

    Parameters
    ----------
    stream : text file
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        r"""Write text; an escape sequence comes out as '\x1b[31m'."""
        self._stream.write(visible(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


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
