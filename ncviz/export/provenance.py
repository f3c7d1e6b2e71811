"""What exported files say of their making, and how it is read back."""

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError, reason
from ncviz.image_file import opened_image
from ncviz.language import tr
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view

KEY = "ncviz"
SITE = "site"  # in what the index of one says: its files, and what was in them
LONGEST_SAID = 1_000_000  # characters; more is none of ours
LARGEST_TEXT_FILE = 64 * 2**20  # bytes of an SVG or PDF that is looked through

_PNG, _PDF, _GIF, _HTML = b"\x89PNG\r\n\x1a\n", b"%PDF-", b"GIF8", b"<!DOCTYPE HTML"
_PAGE_SAID = re.compile(r'<meta name="ncviz" content="([^"]*)">')
_SVG_METADATA = re.compile(r'<metadata id="ncviz">(.*?)</metadata>', re.DOTALL)


def as_text(said: Mapping[str, Any]) -> str:
    """Return what is said as one line of JSON, in ASCII."""
    return json.dumps(said, ensure_ascii=True, allow_nan=False, default=str)


def carry_in_figure(content: bytes, file_format: str, said: Mapping[str, Any]) -> bytes:
    """Return a figure's file that says how it was made.

    Parameters
    ----------
    content : bytes
    file_format : str
        'png', 'svg' or 'pdf'.
    said : mapping
    """
    if file_format == "svg":
        return _carry_in_svg(content, said)
    if file_format == "pdf":
        return _carry_in_pdf(content, said)
    return _carry_in_png(content, said)


def said_by(path: Path) -> dict[str, Any]:
    """Return what an exported picture, figure, film or page says of its making.

    Parameters
    ----------
    path : Path
        PNG, SVG, PDF, GIF, MP4 or HTML.

    Raises
    ------
    UserError
        If it cannot be read or was not made by ncviz.
    """
    try:
        with open_regular(path) as file:
            head = file.read(16)
        if head.startswith(_PNG):
            text = _text_of_png(path)
        elif head.startswith(_GIF):
            text = _text_of_gif(path)
        elif head.startswith(_PDF):
            text = _text_of_pdf(path)
        elif head[4:8] == b"ftyp":
            text = _text_of_film(path)
        elif head.upper().startswith(_HTML):
            text = _text_of_page(path)
        else:
            text = _text_of_svg(path)
    except OSError as error:
        raise UserError(
            tr(
                "{path} cannot be read: {strerror}.",
                path=path,
                strerror=error.strerror or reason(error),
            )
        ) from error
    return _parsed(text, path)


def view_of_file(path: Path) -> View:
    """Return the view that an exported picture, figure, film or page shows.

    Parameters
    ----------
    path : Path
        PNG, SVG, PDF, GIF, MP4 or HTML.

    Raises
    ------
    UserError
        If it cannot be read, was not made by ncviz, or holds no view.
    """
    said = said_by(path)
    if SITE in said:
        raise UserError(tr("{path} is the index of a site: choose one of its pages.", path=path))
    text = said.get("view_text")
    if not isinstance(text, str):
        raise UserError(
            tr("{path} says nothing of its view: it was made by an older ncviz.", path=path)
        )
    try:
        return text_to_view(text)
    except UserError as error:
        raise UserError(
            tr("{path} holds no view that can be shown: {error}.", path=path, error=reason(error))
        ) from error


def _parsed(text: str | None, path: Path) -> dict[str, Any]:
    foreign = UserError(
        tr(
            "{path} was not made by ncviz, or lost what it said of its making: choose a file that "
            "ncviz exported.",
            path=path,
        )
    )
    if not text or len(text) > LONGEST_SAID:
        raise foreign
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise foreign from error
    if not isinstance(said, dict) or not str(said.get("program", "")).startswith("ncviz"):
        raise foreign
    return said


# PNG and GIF


def _carry_in_png(content: bytes, said: Mapping[str, Any]) -> bytes:
    """Put a text chunk behind the header; the pixels stay as they are."""
    import zlib

    text = json.dumps(said, ensure_ascii=False, default=str).encode()
    body = b"iTXt" + KEY.encode() + b"\0\0\0\0\0" + text
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    end_of_header = len(_PNG) + 25
    return content[:end_of_header] + chunk + content[end_of_header:]


def _text_of_png(path: Path) -> str | None:
    try:
        with opened_image(path, ("PNG",)) as image:
            found = image.info.get(KEY)
    except UserError:
        return None
    return str(found) if found else None


def _text_of_gif(path: Path) -> str | None:
    try:
        with opened_image(path, ("GIF",)) as image:
            comment = image.info.get("comment", b"")
    except UserError:
        return None
    return comment.decode("ascii", "replace") if isinstance(comment, bytes) else None


# SVG


def _carry_in_svg(content: bytes, said: Mapping[str, Any]) -> bytes:
    from ncviz.export.svg_fonts import font_faces

    text = content.decode()
    # matplotlib's own words on itself give way to ours.
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, count=1, flags=re.DOTALL)
    carried = f'<metadata id="{KEY}">{html.escape(as_text(said), quote=False)}</metadata>'
    faces = font_faces(text)
    start = text.index("<svg")
    end = text.index(">", start) + 1
    return (text[:end] + f"\n {carried}\n {faces}" + text[end:]).encode()


def _text_of_svg(path: Path) -> str | None:
    # A pattern, not a parser: entities of a hostile file expand to nothing.
    with open_regular(path) as file:
        text = file.read(LARGEST_TEXT_FILE).decode("utf-8", "replace")
    found = _SVG_METADATA.search(text)
    return html.unescape(found.group(1)) if found else None


# HTML


def _text_of_page(path: Path) -> str | None:
    # It stands in the head, before all that is long.
    with open_regular(path) as file:
        text = file.read(2 * LONGEST_SAID).decode("utf-8", "replace")
    found = _PAGE_SAID.search(text)
    return html.unescape(found.group(1)) if found else None


# PDF


def _carry_in_pdf(content: bytes, said: Mapping[str, Any]) -> bytes:
    """Append another information dictionary, as the format's incremental update."""
    start = int(content.rsplit(b"startxref", 1)[1].split()[0])
    trailer = content.rsplit(b"trailer", 1)[1].split(b"startxref")[0]
    size_found = re.search(rb"/Size (\d+)", trailer)
    root_found = re.search(rb"/Root (\d+ \d+ R)", trailer)
    assert size_found is not None
    assert root_found is not None
    number = int(size_found.group(1))
    escaped = re.sub(r"([\\()])", r"\\\1", as_text(said)).encode("ascii")
    title = re.sub(r"([\\()])", r"\\\1", _plain(str(said.get("run", "")))).encode("ascii")
    body = content if content.endswith(b"\n") else content + b"\n"
    place = len(body)
    body += b"%d 0 obj\n<< /Creator (ncviz) /Title (%s) /Keywords (%s) >>\nendobj\n" % (
        number,
        title,
        escaped,
    )
    table = len(body)
    body += b"xref\n%d 1\n%010d 00000 n \ntrailer\n" % (number, place)
    body += b"<< /Size %d /Root %s /Info %d 0 R /Prev %d >>\n" % (
        number + 1,
        root_found.group(1),
        number,
        start,
    )
    return body + b"startxref\n%d\n%%%%EOF\n" % table


def _plain(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


def _text_of_pdf(path: Path) -> str | None:
    with open_regular(path) as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 4 * LONGEST_SAID))
        content = file.read()
    start = content.rfind(b"/Keywords (")
    if start < 0:
        return None
    text = re.match(rb"(?:[^\\()]|\\.)*", content[start + len(b"/Keywords (") :])
    found = b"" if text is None else text.group(0)
    return re.sub(r"\\(.)", r"\1", found.decode("ascii", "replace"))


# MP4


def _text_of_film(path: Path) -> str | None:
    import av

    try:
        with av.open(str(path)) as container:
            return container.metadata.get("comment")
    except (av.FFmpegError, UnicodeDecodeError):
        return None
