"""Puts the marks of a scene on paper: SVG with gradients, PDF with shadings."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from matplotlib.backends import backend_pdf

from ncviz.export.outlines import shape_corners
from ncviz.export.shading import BRIGHTEST, LAST_CENTER, LAST_RADIUS, ball_colors, fade
from ncviz.export.vector_scene import Area, Ball, Line, Mark, Rgb, Ring
from ncviz.language import tr

# matplotlib says nothing of the types of these.
Name: Any = backend_pdf.Name
Op: Any = backend_pdf.Op

LARGE, STOPS, FEW_STOPS = 4.0, 12, 6  # points; stops of the gradients of large and small balls
RIM = 0.10  # width of the rim of a ball of glass, in radii
OUTLINE, THINNEST_OUTLINE, MOST_OUTLINE = 0.14, 0.3, 0.3  # in radii, points, radii
_QUARTER = 0.5522847498  # of a circle, as a Bézier curve

Key = tuple[int, Rgb, float, float, int]  # shape, colour, gloss, haze, stops


def key_of(ball: Ball) -> Key:
    """Return what balls that look alike have in common."""
    stops = STOPS if ball.radius > LARGE else FEW_STOPS
    return ball.shape, ball.color, ball.gloss, ball.haze, stops


def gradient(key: Key, background: Rgb) -> list[Rgb]:
    """Return the colours of a ball from its brightest point outward."""
    _, color, gloss, haze, stops = key
    faded = [fade(rgb, background, haze) for rgb in ball_colors(color, gloss, stops)]
    return [(float(r), float(g), float(b)) for r, g, b in faded]


class SvgInk:
    """Writes marks with matplotlib's SVG writer.

    Parameters
    ----------
    renderer : matplotlib.backends.backend_svg.RendererSVG
    left, bottom : float
        Of the scene on the page, in points.
    background : tuple of 3 floats
    name : str
        Begins the names of its gradients; another one for each scene of a page.
    """

    def __init__(
        self, renderer: Any, left: float, bottom: float, background: Rgb, name: str
    ) -> None:
        self._writer = renderer.writer
        self._left, self._top = left, renderer.height - bottom
        self._background, self._name = background, name

    def draw(self, marks: Sequence[Mark]) -> None:
        """Write all marks."""
        keys = dict.fromkeys(key_of(mark) for mark in marks if isinstance(mark, Ball))
        names = {key: f"{self._name}-{number}" for number, key in enumerate(keys)}
        self._writer.start("defs")
        for key, name in names.items():
            self._gradient(key, name)
        self._writer.end("defs")
        for mark in marks:
            if isinstance(mark, Ball):
                self._ball(mark, names[key_of(mark)])
            elif isinstance(mark, Area):
                path = "M" + "L".join(self._place(*point) for point in mark.points) + "Z"
                self._element("path", d=path, fill=_hex(mark.color))
            elif isinstance(mark, Ring):
                self._ring(mark)
            else:
                self._line(mark)

    def _element(self, tag: str, **attributes: str) -> None:
        given = {name.replace("_", "-"): value for name, value in attributes.items()}
        self._writer.element(tag, attrib=given)

    def _gradient(self, key: Key, name: str) -> None:
        (across, up), (middle, height) = BRIGHTEST, LAST_CENTER
        self._writer.start(
            "radialGradient",
            attrib={
                "id": name,
                "gradientUnits": "userSpaceOnUse",
                "fx": f"{across:g}",
                "fy": f"{-up:g}",
                "cx": f"{middle:g}",
                "cy": f"{-height:g}",
                "r": f"{LAST_RADIUS:g}",
            },
        )
        colors = gradient(key, self._background)
        for number, color in enumerate(colors):
            share = number / (len(colors) - 1)
            self._element("stop", offset=f"{share:.3g}", stop_color=_hex(color))
        self._writer.end("radialGradient")

    def _ball(self, ball: Ball, name: str) -> None:
        x, y = self._left + ball.x, self._top - ball.y
        matrix = f"matrix({ball.radius:.3f} 0 0 {ball.radius:.3f} {x:.2f} {y:.2f})"
        style = {"fill": f"url(#{name})", "transform": matrix}
        if ball.alpha < 1:
            style["fill_opacity"] = f"{ball.alpha:.3g}"
        corners = shape_corners(ball.shape)
        if corners:
            path = "M" + "L".join(f"{px:.3g} {-py:.3g}" for px, py in corners) + "Z"
            self._element("path", d=path, **style)
        else:
            self._element("circle", r="1", **style)
        if ball.alpha < 1:
            self._element(
                "circle",
                r=f"{1 - RIM / 2:g}",
                transform=matrix,
                fill="none",
                stroke=_hex(_rim(ball, self._background)),
                stroke_width=f"{RIM:g}",
                stroke_opacity=f"{ball.alpha:.3g}",
            )
        if ball.outline is not None:
            wide = _outline_width(ball)
            line = {"fill": "none", "stroke": _hex(ball.outline), "transform": matrix}
            if corners:
                self._element("path", d=path, stroke_width=f"{wide:.3g}", **line)
            else:
                self._element("circle", r=f"{1 - wide / 2:.3g}", stroke_width=f"{wide:.3g}", **line)

    def _ring(self, ring: Ring) -> None:
        for color, width in ((ring.background, ring.halo), (ring.color, ring.width)):
            self._element(
                "circle",
                cx=f"{self._left + ring.x:.2f}",
                cy=f"{self._top - ring.y:.2f}",
                r=f"{ring.radius:.3f}",
                fill="none",
                stroke=_hex(color),
                stroke_width=f"{width:g}",
            )

    def _line(self, line: Line) -> None:
        path = "M" + "L".join(self._place(*point) for point in line.points)
        self._element(
            "path",
            d=path,
            stroke=_hex(line.color),
            stroke_width=f"{line.width:.2f}",
            stroke_opacity=f"{line.alpha:.3g}",
        )

    def _place(self, x: float, y: float) -> str:
        return f"{self._left + x:.2f} {self._top - y:.2f}"


class PdfInk:
    """Writes marks into matplotlib's PDF file: each kind of ball is one form with a shading.

    Parameters
    ----------
    renderer : matplotlib.backends.backend_pdf.RendererPdf
    left, bottom : float
        Of the scene on the page, in points.
    background : tuple of 3 floats
    """

    def __init__(self, renderer: Any, left: float, bottom: float, background: Rgb) -> None:
        self._file = renderer.file
        self._left, self._bottom = left, bottom
        self._background = background
        self._forms = _forms_of(self._file)

    def draw(self, marks: Sequence[Mark]) -> None:
        """Write all marks."""
        put = self._file.output
        put(Op.gsave)
        # What was set before by matplotlib does not count here.
        put(self._opacity(1.0), Op.setgstate, 0, Op.setlinecap)
        for mark in marks:
            if isinstance(mark, Ball):
                self._ball(mark)
            elif isinstance(mark, Area):
                put(*_rounded(mark.color), Op.setrgb_nonstroke)
                self._path(mark.points)
                put(Op.fill)
            elif isinstance(mark, Ring):
                self._ring(mark)
            else:
                put(self._opacity(mark.alpha), Op.setgstate)
                put(*_rounded(mark.color), Op.setrgb_stroke, round(mark.width, 3), Op.setlinewidth)
                self._path(mark.points)
                put(Op.stroke, self._opacity(1.0), Op.setgstate)
        put(Op.grestore)

    def _opacity(self, alpha: float) -> Any:
        return self._file.alphaState((alpha, alpha))

    def _path(self, points: Sequence[tuple[float, float]]) -> None:
        put = self._file.output
        for number, (x, y) in enumerate(points):
            place = round(self._left + x, 2), round(self._bottom + y, 2)
            put(*place, Op.moveto if number == 0 else Op.lineto)

    def _ball(self, ball: Ball) -> None:
        put, radius = self._file.output, round(ball.radius, 3)
        place = round(self._left + ball.x, 2), round(self._bottom + ball.y, 2)
        put(Op.gsave)
        if ball.alpha < 1:
            put(self._opacity(ball.alpha), Op.setgstate)
        put(radius, 0, 0, radius, *place, Op.concat_matrix)
        put(self._form(key_of(ball)), Op.use_xobject)
        if ball.alpha < 1:
            put(*_rounded(_rim(ball, self._background)), Op.setrgb_stroke, RIM, Op.setlinewidth)
            self._file.write(_circle(1 - RIM / 2).encode() + b" S\n")
        if ball.outline is not None:
            wide = round(_outline_width(ball), 3)
            put(*_rounded(ball.outline), Op.setrgb_stroke, wide, Op.setlinewidth)
            corners = shape_corners(ball.shape)
            path = _polygon(corners) if corners else _circle(1 - wide / 2)
            self._file.write(path.encode() + b" S\n")
        put(Op.grestore)

    def _ring(self, ring: Ring) -> None:
        place = round(self._left + ring.x, 2), round(self._bottom + ring.y, 2)
        self._file.output(Op.gsave, 1, 0, 0, 1, *place, Op.concat_matrix)
        for color, width in ((ring.background, ring.halo), (ring.color, ring.width)):
            self._file.output(*_rounded(color), Op.setrgb_stroke, width, Op.setlinewidth)
            self._file.write(_circle(ring.radius).encode() + b" S\n")
        self._file.output(Op.grestore)

    def _form(self, key: Key) -> Any:
        colors = gradient(key, self._background)
        known = key, tuple(colors)
        if known not in self._forms:
            name = Name(f"Ball{len(self._forms)}")
            self._forms[known] = name, self._file.reserveObject(str(name)), key[0], colors
        return self._forms[known][0]


def _forms_of(file: Any) -> dict[Any, tuple[Any, Any, int, list[Rgb]]]:
    """Return the forms of a PDF file; they are written when matplotlib ends it."""
    if hasattr(file, "ncviz_forms"):
        known: dict[Any, tuple[Any, Any, int, list[Rgb]]] = file.ncviz_forms
        return known
    forms: dict[Any, tuple[Any, Any, int, list[Rgb]]] = {}
    file.ncviz_forms = forms
    write_object = file.writeObject

    def write(where: Any, contents: Any) -> None:
        if where is file.XObjectObject:  # the list of forms that pages may use
            for _, place, shape, colors in forms.values():
                _write_form(file, place, shape, colors)
            contents = {**contents, **{name: place for name, place, _, _ in forms.values()}}
        write_object(where, contents)

    file.writeObject = write
    return forms


def _write_form(file: Any, place: Any, shape: int, colors: list[Rgb]) -> None:
    corners = shape_corners(shape)
    path = _polygon(corners) if corners else _circle(1.0)
    pieces = [
        {"FunctionType": 2, "Domain": [0, 1], "N": 1, "C0": _rounded(first), "C1": _rounded(last)}
        for first, last in pairwise(colors)
    ]
    shading = {
        "ShadingType": 3,
        "ColorSpace": Name("DeviceRGB"),
        "Coords": [*BRIGHTEST, 0, *LAST_CENTER, LAST_RADIUS],
        "Extend": [True, True],
        "Function": {
            "FunctionType": 3,
            "Domain": [0, 1],
            "Functions": pieces,
            "Bounds": [k / len(pieces) for k in range(1, len(pieces))],
            "Encode": [0, 1] * len(pieces),
        },
    }
    file.outputStream(
        place,
        tr("{path} W n /Light sh", path=path).encode(),
        extra={
            "Type": Name("XObject"),
            "Subtype": Name("Form"),
            "BBox": [-1.5, -1.5, 1.5, 1.5],
            "Resources": {"Shading": {"Light": shading}},
        },
    )


def _circle(radius: float) -> str:
    bend = radius * _QUARTER
    quarters = [((radius, bend), (bend, radius), (0.0, radius))]
    for _ in range(3):
        quarters.append(tuple((-y, x) for x, y in quarters[-1]))  # type: ignore[arg-type]
    curves = " ".join(" ".join(f"{x:.4g} {y:.4g}" for x, y in points) + " c" for points in quarters)
    return f"{radius:g} 0 m {curves} h"


def _polygon(corners: Sequence[tuple[float, float]]) -> str:
    first, *others = (f"{x:.4g} {y:.4g}" for x, y in corners)
    return f"{first} m " + " ".join(f"{corner} l" for corner in others) + " h"


def _rim(ball: Ball, background: Rgb) -> Rgb:
    red, green, blue = fade([0.82 * value for value in ball.color], background, ball.haze)
    return float(red), float(green), float(blue)


def _outline_width(ball: Ball) -> float:
    """Return how wide the outline of a ball is, in its radii: not lost on a small one."""
    return min(max(OUTLINE, THINNEST_OUTLINE / max(ball.radius, 1e-6)), MOST_OUTLINE)


def _rounded(color: Rgb) -> list[float]:
    return [round(float(value), 4) for value in color]


def _hex(color: Rgb) -> str:
    return "#" + "".join(f"{round(255 * value):02x}" for value in color)
