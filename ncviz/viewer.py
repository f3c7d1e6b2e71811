"""Whether this is the viewer: the application without torch, for opening and exporting runs."""

from functools import cache
from importlib.util import find_spec

from ncviz.errors import UserError

VIEWER = (
    "This is ncviz's viewer, which opens runs and exports them but cannot train or record: "
    "use the full ncviz for that."
)


@cache
def is_viewer() -> bool:
    """Return whether torch is absent; importing it is not tried."""
    return find_spec("torch") is None


def need_torch() -> None:
    """Refuse to go on in the viewer.

    Raises
    ------
    UserError
        If torch is absent.
    """
    if is_viewer():
        raise UserError(VIEWER)
