"""When Python looks for garbage: not while it imports what stays."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def nothing_is_garbage() -> Iterator[None]:
    """Let Python look for no garbage in the meantime, nor later among what is there at the end.

    What is imported stays until the end. To look through it costs the start of the window
    about 40 ms, and 20 ms more of a frame each time that all there is is looked through.
    """
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if looks:
            gc.enable()
