"""How large the application is, and what it owes to whom."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# Bytes; a build beyond them fails.
LIMIT = 1_100_000_000
VIEWER_LIMIT = 400_000_000

# The first folder of a file's place, or how its name begins, and the row it counts in.
OWNERS = {
    "torch": "torch",
    "torchvision": "torch",
    "torchvision.libs": "torch",
    "functorch": "torch",
    "torchgen": "torch",
    "libcudart": "torch",
    "PyQt6": "Qt",
    "vispy": "vispy, pyqtgraph",
    "pyqtgraph": "vispy, pyqtgraph",
    "freetype": "vispy, pyqtgraph",
    "numpy": "NumPy, SciPy",
    "numpy.libs": "NumPy, SciPy",
    "scipy": "NumPy, SciPy",
    "scipy.libs": "NumPy, SciPy",
    "sklearn": "scikit-learn",
    "scikit_learn.libs": "scikit-learn",
    "matplotlib": "matplotlib",
    "contourpy": "matplotlib",
    "kiwisolver": "matplotlib",
    "fontTools": "matplotlib",
    "av": "PyAV (films)",
    "av.libs": "PyAV (films)",
    "PIL": "Pillow",
    "pillow.libs": "Pillow",
    "ncviz": "ncviz and its data",
}
CODE = "the program: all Python code, packed"
REST = "Python, system libraries, others"


def files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield every file of the application once, with its size; links count nothing."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.stat().st_size


def total(folder: Path) -> int:
    """Return the size of an application in bytes."""
    return sum(size for _, size in files(folder))


def owner(place: Path) -> str:
    """Return the row of the table that a file counts in.

    Parameters
    ----------
    place : Path
        Within the folder of libraries, such as 'torch/lib/libtorch_cpu.so'.
    """
    first = place.parts[0]
    return OWNERS.get(first) or OWNERS.get(first.partition(".so")[0], REST)


def table(folder: Path) -> str:
    """Return the sizes as text: a row for each of the large packages, then their sum."""
    sums: Counter[str] = Counter()
    for path, size in files(folder):
        place = path.relative_to(folder)
        inside = place.parts[0] == "_internal"
        packed = len(place.parts) == 1 and path.stat().st_mode & 0o111
        sums[owner(Path(*place.parts[1:])) if inside else CODE if packed else REST] += size
    rows = [*sums.most_common(), ("together", sums.total())]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name.ljust(width)}  {size / 1e6:7.1f} MB" for name, size in rows)


if __name__ == "__main__":
    print(table(Path(sys.argv[1])))
