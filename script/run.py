r"""Start ncviz without a shell, as on Windows: py script\run.py; see script/run."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "Scripts" / "python.exe"
STAMP = VENV / "installed"  # written last: without it, .venv is missing or half made


def main(arguments: list[str]) -> int:
    """Install what is needed the first time, then run a command of ncviz."""
    if os.name != "nt":
        os.execv(ROOT / "script" / "run", ["script/run", *arguments])
    prepare()
    return subprocess.run([PYTHON, "-m", "ncviz", *arguments], check=False).returncode


def prepare() -> None:
    """Make .venv with the pinned dependencies, unless it is there."""
    pins = ROOT / "constraints.txt"
    content = (ROOT / "pyproject.toml").read_bytes() + pins.read_bytes()
    # A .venv does not survive a move.
    wanted = f"{ROOT}\n{hashlib.sha256(content).hexdigest()}\n"
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    print("Making the environment .venv (about 400 MB; some minutes) …")
    STAMP.unlink(missing_ok=True)
    run = [PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    for command in (
        [sys.executable, "-m", "venv", VENV],
        [*run, "--constraint", pins, "hatchling", "editables"],
        [*run, "--constraint", pins, "--no-build-isolation", "--editable", ROOT],
    ):
        if subprocess.run(command, check=False).returncode:
            sys.exit("ncviz cannot be installed: what failed stands above.")
    STAMP.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
