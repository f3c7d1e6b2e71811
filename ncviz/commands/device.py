"""The device of `--device`, and what is said of the choice."""

import sys

from ncviz.training.device_probe import find_device


def chosen_device(wanted: str) -> str:
    """Return the whole name of a device that works, and print what 'auto' has chosen.

    Parameters
    ----------
    wanted : str
        As on the command line.

    Raises
    ------
    UserError
        If a device that is named is not there or cannot be used.
    """
    device, said = find_device(wanted)
    if said:
        print(f"ncviz: {said}", file=sys.stderr)
    return device.name
