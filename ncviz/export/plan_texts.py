"""What is written for a figure, a film or a table, read; and written again."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.view import View
from ncviz.scenes.view_text import HEAD, text_to_view, view_to_text

LARGEST_LIST = 2**24  # bytes of a list of views
MOST_RATIOS = 100_000
# Endings of exported files that say which view they show.
SHOWING = (".png", ".svg", ".pdf", ".gif", ".mp4", ".html")


def millimetres(text: str) -> float:
    """Return a length such as '85mm', '8.5cm', '3.3in' or '85' in millimetres; 0 if empty.

    Raises
    ------
    UserError
        If it is none.
    """
    if not text:
        return 0.0
    plain = text.strip().lower()
    for unit, factor in (("mm", 1.0), ("cm", 10.0), ("in", 25.4), ("pt", 25.4 / 72), ("", 1.0)):
        if plain.endswith(unit):
            try:
                value = float(plain.removesuffix(unit)) * factor
            except ValueError:
                break
            if math.isfinite(value) and value > 0:
                return value
            break
    raise UserError(
        tr("The length {words!r} is not understood: write 85mm, 8.5cm or 3.3in.", words=text)
    )


def whole_numbers(text: str, what: str) -> tuple[int, ...]:
    """Return the numbers of a text such as '0,5,20'.

    Raises
    ------
    UserError
        If they are none.
    """
    try:
        return tuple(int(word) for word in text.replace(",", " ").split())
    except ValueError:
        raise UserError(
            tr("The {what} {words!r} are not whole numbers: write 0,5,20.", what=what, words=text)
        ) from None


def moments_of(text: str, run: Run | None) -> tuple[int, ...]:
    """Return the numbers of recorded snapshots of a run: 5 of '2.5' where it counts halves.

    Raises
    ------
    UserError
        If one of them is no number, or was not recorded.
    """
    words = text.replace(",", " ").split()
    return () if run is None else tuple(_moment(word, run) for word in words)


def _moment(word: str, run: Run) -> int:
    try:
        value = float(word)
    except ValueError:
        units = run.counting.units
        raise UserError(
            tr(
                "{word!r} is none of the {units}: write numbers such as 0,5,20.",
                word=word,
                units=units,
            )
        ) from None
    return run.recorded(run.counting.number(value))


def texts_of_moments(epochs: Sequence[int], run: Run | None) -> str:
    """Return the numbers of snapshots as `moments_of` reads them."""
    return ",".join(str(each) if run is None else run.counting.text(each) for each in epochs)


def moment_of(text: str, run: Run | None) -> int | None:
    """Return the number of one recorded snapshot; None of an empty text.

    Raises
    ------
    UserError
        If it is more than one, no number, or was not recorded.
    """
    found = moments_of(text, run)
    if len(found) > 1:
        assert run is not None
        raise UserError(tr("Write one {unit} here.", unit=run.counting.unit))
    return found[0] if found else None


def ends_of_range(text: str, run: Run | None) -> dict[str, int | None]:
    """Return the first and the last epoch of 'FROM:TO', of which each may be left out.

    Raises
    ------
    UserError
        If it is no range, or an end was not recorded.
    """
    ends = text.split(":")
    if text and len(ends) != 2:
        raise UserError(tr("The range {words!r} is not FROM:TO: write 0:100.", words=text))
    first, last = (moment_of(end, run) for end in (ends if text else ("", "")))
    return {"first_epoch": first, "last_epoch": last}


def read_size(text: str) -> dict[str, int]:
    """Return the width and the height of a text such as '1280x720'.

    Raises
    ------
    UserError
        If it is none.
    """
    try:
        width, height = (int(part) for part in text.lower().replace("×", "x").split("x"))
    except ValueError:
        raise UserError(
            tr("The size {words!r} is not WIDTHxHEIGHT: write 1280x720.", words=text)
        ) from None
    return {"width": width, "height": height}


def read_ratios(text: str) -> tuple[float, float, int]:
    """Return the ends and the count of ratios of 'FROM:TO:COUNT', or of a single number.

    Raises
    ------
    UserError
        If the text is neither.
    """
    parts = text.split(":")
    try:
        if len(parts) == 1:
            return float(text), float(text), 1
        low, high, count = float(parts[0]), float(parts[1]), int(parts[2])
        if len(parts) != 3 or not 1 <= low <= high < math.inf or not 2 <= count <= MOST_RATIOS:
            raise ValueError(text)
    except (ValueError, IndexError):
        raise UserError(
            tr(
                "The ratio {words!r} is not understood: write 100, or 1:10000:41 for 41 geometric "
                "ratios from 1 to 10000.",
                words=text,
            )
        ) from None
    return low, high, count


def read_view(text: str) -> View:
    """Return the view of a text, or of an exported file that shows it.

    Raises
    ------
    UserError
        If it is neither.
    """
    if text.lstrip().startswith(HEAD.split(":")[0] + ":"):
        return text_to_view(text)
    if Path(text).exists():
        from ncviz.export.provenance import view_of_file

        return view_of_file(Path(text))
    if Path(text).suffix.lower() in SHOWING:
        raise UserError(
            tr("{words} does not exist: name an exported file, or the text of a view.", words=text)
        )
    return text_to_view(text)


def read_views(words: Sequence[str]) -> tuple[View, ...]:
    """Return the views of texts, and of files with one text a line or, as TOML, a list `views`.

    Raises
    ------
    UserError
        If a file cannot be read, or a text is no view.
    """
    lines = list[str]()
    for word in words:
        lines += [word] if word.startswith(HEAD) else _lines_of(Path(word))
    return tuple(text_to_view(line) for line in lines if line and not line.startswith("#"))


def texts_of_views(views: Sequence[View]) -> list[str]:
    """Return views as `read_views` reads them."""
    return [view_to_text(view) for view in views]


def _lines_of(path: Path) -> list[str]:
    try:
        text = read_text(path, LARGEST_LIST)
    except OSError as error:
        raise UserError(
            tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror)
        ) from error
    except UnicodeDecodeError:
        raise UserError(tr("{path} is no text: write one view a line.", path=path)) from None
    if path.suffix.lower() == ".toml":
        return _lines_of_toml(path, text)
    return [line.strip() for line in text.splitlines()]


def _lines_of_toml(path: Path, text: str) -> list[str]:
    import tomllib

    try:
        found: Any = tomllib.loads(text).get("views")
    except tomllib.TOMLDecodeError as error:
        raise UserError(tr("{path} is not TOML: {error}.", path=path, error=error)) from error
    if not isinstance(found, list) or not all(isinstance(line, str) for line in found):
        raise UserError(
            tr(
                '{path} has no list of views: write views = ["{head} epoch=0", …].',
                path=path,
                head=HEAD,
            )
        )
    return found
