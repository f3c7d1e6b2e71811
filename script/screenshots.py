"""Opens the window, goes through what it can do, and saves what is on the screen."""

import os
import sys
import tempfile
from pathlib import Path

# Before the capabilities import the window: nothing of this machine's user shows.
_HOME = tempfile.TemporaryDirectory()
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
    os.environ[_variable] = str(Path(_HOME.name) / _variable.lower())

from screenshot_stage import Stage  # noqa: E402
from screenshot_visits import CAPABILITIES, ROOMS  # noqa: E402

SIZES = {"": (1440, 900), "-1280x720": (1280, 720)}


def main() -> None:
    """Save every room in both sizes and every capability, in both themes.

    The first argument is the folder; others choose pictures by their names.
    """
    out, chosen = Path(sys.argv[1]).resolve(), sys.argv[2:]
    out.mkdir(parents=True, exist_ok=True)
    unknown = set(chosen) - {*ROOMS, *CAPABILITIES}
    if unknown:
        raise SystemExit(f"There is no picture {', '.join(sorted(unknown))}.")
    stage = Stage()
    for theme in ("light", "dark"):
        for name, visit in ROOMS.items():
            for suffix, size in SIZES.items():
                if not chosen or name in chosen:
                    stage.prepare(theme, size)
                    stage.save(out / f"{name}-{theme}{suffix}.png", visit(stage))
        for name, visit in CAPABILITIES.items():
            if not chosen or name in chosen:
                stage.prepare(theme, SIZES[""])
                stage.save(out / f"{name}-{theme}.png", visit(stage))
    stage.close()


if __name__ == "__main__":
    main()
