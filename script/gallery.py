"""Makes every figure, film and table of docs/gallery.md anew, by the commands that stand there.

Writes to docs/images/gallery, or to the folder that is named. Needs no display.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "gallery.md"
RUNS = {"RUN": "assets/demonstration", "IMBALANCED": "assets/samples/imbalanced"}


def commands() -> list[list[str]]:
    """Return the words of each command of the document, with the runs' folders in place."""
    found = re.findall(r"ncviz (export [^`\n]+)", DOCUMENT.read_text(encoding="utf-8"))
    return [[RUNS.get(word, word) for word in shlex.split(command)] for command in found]


def main() -> None:
    """Run them, each file into the folder."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs" / "images" / "gallery")
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)
    for words in commands():
        place = words.index("--out") + 1
        words[place] = str(folder / words[place])
        subprocess.run([sys.executable, "-m", "ncviz", *words], check=True)


if __name__ == "__main__":
    main()
