"""Builds the application: icons, PyInstaller, what stands beside the program, its size.

script/app calls this with the Python of its own environment.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import icons
import sizes

ROOT = Path(__file__).resolve().parent.parent
BUILD, DIST = ROOT / "build", ROOT / "dist"
ICON = ROOT / "assets" / "icons" / "ncviz.svg"
KEEPS_SYMBOLS = ("torch", "torchvision")
README = """\
{title} {version}

Start the program 'ncviz' in this folder; 'ncviz --help' lists its commands. Nothing else has to
be installed. To have it in the menu of applications and on the PATH:

    ln -s "$PWD/ncviz" ~/.local/bin/ncviz
    cp -r share/. ~/.local/share/

ncviz is free software under the BSD licence (LICENSE). The folder also holds PyQt6 and libx264,
which are under the GNU General Public License: whoever passes the folder on passes it on under
that licence. The licences of all packages lie in _internal/*.dist-info.
"""


def folder(*, viewer: bool) -> Path:
    """Return where the application lies once it is built."""
    return DIST / ("ncviz-viewer" if viewer else "ncviz")


def build(*, viewer: bool) -> Path:
    """Build the application.

    Parameters
    ----------
    viewer : bool
        Leave out torch and all that learns.

    Returns
    -------
    Path
        Its folder.
    """
    icons.write(ICON, BUILD / "icons")
    command = [
        *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"),
        *("--distpath", str(DIST), "--workpath", str(BUILD / "pyinstaller"), "ncviz.spec"),
    ]
    # Neither settings nor caches of the user decide what is built.
    environment = os.environ | {"PYTHONNOUSERSITE": "1"}
    subprocess.run(
        [*command, *(["--", "--viewer"] if viewer else [])],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    out = folder(viewer=viewer)
    _set_beside(out, viewer=viewer)
    return out


def _set_beside(out: Path, *, viewer: bool) -> None:
    """Put what the desktop and people look for next to the program."""
    from ncviz import __version__

    title = "ncviz viewer" if viewer else "ncviz"
    (out / "README.txt").write_text(
        README.format(title=title, version=__version__), encoding="utf-8"
    )
    shutil.copy(ROOT / "LICENSE", out)
    if sys.platform != "linux":
        return
    share = out / "share"
    entry = share / "applications" / "ncviz.desktop"
    entry.parent.mkdir(parents=True)
    text = (ROOT / "assets" / "ncviz.desktop").read_text(encoding="utf-8")
    entry.write_text(text.replace("Name=ncviz\n", f"Name={title}\n"), encoding="utf-8")
    themes = share / "icons" / "hicolor"
    for side in (32, 48, 64, 128, 256, 512):
        place = themes / f"{side}x{side}" / "apps" / "ncviz.png"
        place.parent.mkdir(parents=True)
        shutil.copy(BUILD / "icons" / f"ncviz-{side}.png", place)
    place = themes / "scalable" / "apps" / "ncviz.svg"
    place.parent.mkdir(parents=True)
    shutil.copy(ICON, place)
    _strip(out / "_internal")


def _strip(folder: Path) -> None:
    """Take from Python's own parts the symbols that serve debuggers alone.

    The libraries in between, of NumPy and torch for example, do not survive it.
    """
    modules = [p for p in folder.rglob("*.so") if ".cpython-" in p.name or ".abi3." in p.name]
    own = [p for p in modules if p.relative_to(folder).parts[0] not in KEEPS_SYMBOLS]
    for path in (*folder.glob("libpython3*.so*"), *own):
        if not path.is_symlink():
            subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)


def main() -> None:
    """Build, and print where it lies and how large it is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--viewer", action="store_true")
    viewer = parser.parse_args().viewer
    out = build(viewer=viewer)
    print(sizes.table(out))
    limit = sizes.VIEWER_LIMIT if viewer else sizes.LIMIT
    total = sizes.total(out)
    if total > limit:
        sys.exit(f"{out} has {total / 1e6:.0f} MB, more than the {limit / 1e6:.0f} MB allowed.")
    print(f"Built {out}.")


if __name__ == "__main__":
    main()
