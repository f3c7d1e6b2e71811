"""Pages for a browser that ncviz exported."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.arrays.array_format import ArrayFormat
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile


def _open(path: Path, _features: Sequence[str], _labels: str) -> "ArrayFile":
    from ncviz.arrays.page_file import open_page

    return open_page(path)


PAGE = ArrayFormat(
    name="page",
    title=tr("a page of ncviz"),
    reads=tr(
        "of a run, by `ncviz export page`: the places of its samples in three dimensions, their "
        "classes, images and texts; no script of it is run"
    ),
    open=_open,
    shared_endings=(".html", ".htm"),
    starts=(b"<!DOCTYPE html", b"<!doctype html"),
    order=90,
)
