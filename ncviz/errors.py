"""The one kind of error that is meant for the user's eyes."""

import errno

from ncviz.language import tr


class UserError(Exception):
    """Something the user can understand and mend.

    The message is one sentence: what happened, to which file or value, and
    what to do. The command line prints it and exits with status 1, the window
    shows it as a note; neither ever shows its traceback.
    """


class BusyError(UserError):
    """Another process does it just now: one waits for its end."""


class FullError(UserError):
    """The disk has no room: the same can be done once there is some."""


class DivergedError(UserError):
    """Numbers of a network are NaN or infinite: its training has diverged."""


def is_full(error: BaseException) -> bool:
    """Tell whether something failed for want of room on the disk alone."""
    if isinstance(error, FullError):
        return True
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return error.__cause__ is not None and is_full(error.__cause__)


_OWN_WORDS = {
    "set_int_max_str_digits": tr("it holds a whole number of more than 4,300 digits"),
    "max_header_size": tr("the header of an array in it is far too long"),
    "maximum recursion depth": tr("it is nested too deeply"),
    "allow_pickle": tr("it holds Python objects, which could run code"),
}


def reason(error: BaseException) -> str:
    """Return what an error of a library says, to stand within a sentence for the user."""
    words = " ".join(str(error).split()).rstrip(".")
    for theirs, ours in _OWN_WORDS.items():  # their advice would be wrong, or is for programmers
        if theirs in words:
            return ours
    return words if len(words) <= 200 else f"{words[:199]}…"
