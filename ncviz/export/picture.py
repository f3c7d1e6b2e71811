"""Pictures of the scene as PNG files, drawn offscreen at any size."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from ncviz import __version__
from ncviz.assets import asset
from ncviz.counting import EPOCHS
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.rendering.offscreen import render
from ncviz.runs.fingerprint import fingerprint, without_folders
from ncviz.runs.measures import fuzziness_by_layer, law_at
from ncviz.runs.repeats import RepeatedRun
from ncviz.runs.run import Run
from ncviz.runs.writer import write_atomically
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose
from ncviz.scenes.palette import THEMES
from ncviz.scenes.scene import Picture, Scene
from ncviz.scenes.view import View
from ncviz.scenes.view_text import view_to_text
from ncviz.wording import correlation, three_digits, upper_first

LARGEST_SIDE = 16384
LARGEST_AREA = 130_000_000  # pixels; about 2 GiB while it is drawn


def said_of_run(run: Run, *, with_path: bool = False) -> dict[str, Any]:
    """Return what a file says of the run that it shows.

    Parameters
    ----------
    run : Run
    with_path : bool
        Say where it lies, too; folders hold people's names, so only if that is asked for.
    """
    said: dict[str, Any] = {"run": run.manifest.title, "fingerprint": fingerprint(run.manifest)}
    if run.counting != EPOCHS:  # else the numbers of its moments are epochs
        said["counting"] = asdict(run.counting)
    if isinstance(run, RepeatedRun):
        said["repeats"] = run.repeats.said() | {"shown": run.seed}
    return said | ({"path": str(run.path)} if with_path else {})


def said_beside(
    run: Run, view: View, *, linked: bool, camera_linked: bool, with_path: bool
) -> dict[str, Any]:
    """Return what a file says of the second run of a comparison.

    Parameters
    ----------
    run : Run
    view : View
        How it is seen.
    linked, camera_linked : bool
        Whether its time, and its camera, are those of the first.
    with_path : bool
        Say where it lies, too.
    """
    return {
        **said_of_run(run, with_path=with_path),
        "view": asdict(view),
        "view_text": view_to_text(view),
        "linked": linked,
        "camera_linked": camera_linked,
    }


def provenance(run: Run | None, view: View, *, with_path: bool = False) -> dict[str, Any]:
    """Return what a picture should say of its making.

    Parameters
    ----------
    run : Run or None
        None for a picture of a model.
    view : View
    with_path : bool
        Say where the run and the files of its recipe lie.
    """
    title = "" if run is None else run.manifest.title
    layer = view.layer if run is None else view.layer % len(run.manifest.layers)
    # The text knows layers by their number from the first alone.
    plain = replace(view, layer=max(layer, -1), hovered=None)
    said: dict[str, Any] = {
        "program": f"ncviz {__version__}",
        "view": asdict(view),
        "view_text": view_to_text(plain, title),
    }
    if run is not None:
        manifest = run.manifest
        recipe = dict(manifest.recipe)
        said |= said_of_run(run, with_path=with_path) | {
            "created": manifest.created,
            "seed": manifest.recipe.get("seed"),
            "recipe": recipe if with_path else without_folders(recipe),
            "software": dict(manifest.software),
        }
    return said


def save_picture(
    scene: Scene | Picture,
    camera: Camera,
    path: Path,
    width: int,
    height: int,
    *,
    transparent: bool = False,
    said: Mapping[str, Any] | None = None,
) -> None:
    """Draw a scene, or several on one picture, offscreen and save it as PNG.

    Parameters
    ----------
    scene : Scene or Picture
    camera : Camera
    path : Path
        Replaced if it exists; there whole or not at all.
    width, height : int
        In pixels.
    transparent : bool
        Leave out the background.
    said : mapping, optional
        Written into the file as JSON, under the key 'ncviz'.

    Raises
    ------
    UserError
        If the size is impossible, the file cannot be written or there is no
        OpenGL.
    """
    check_size(width, height)
    pixels = render(scene, camera, width, height, transparent=transparent)
    mode = pixels if transparent else pixels[..., :3]
    save_png(Image.fromarray(np.ascontiguousarray(mode)), path, said or {})


def check_size(width: int, height: int) -> None:
    """Refuse sizes that cannot be drawn.

    Raises
    ------
    UserError
        Naming the size and the limit.
    """
    too_large = max(width, height) > LARGEST_SIDE or width * height > LARGEST_AREA
    if min(width, height) < 1 or too_large:
        raise UserError(
            tr(
                "A picture of {width}×{height} pixels cannot be drawn: choose sides from 1 to "
                "{largest_side} and at most {largest_area} million pixels in all.",
                width=width,
                height=height,
                largest_side=LARGEST_SIDE,
                largest_area=LARGEST_AREA // 10**6,
            )
        )


def save_png(image: Image.Image, path: Path, said: Mapping[str, Any]) -> None:
    """Write a PNG file with its provenance, whole or not at all.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    information = PngImagePlugin.PngInfo()
    information.add_itxt("ncviz", json.dumps(said, ensure_ascii=False))
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", pnginfo=information)
    write_atomically(path, buffer.getvalue())


def epochs_figure(run: Run, view: View, epochs: tuple[int, ...], panel: int = 640) -> Image.Image:
    """Draw the same view at several epochs side by side.

    Parameters
    ----------
    run : Run
    view : View
    epochs : tuple of int
        Recorded epochs, from left to right.
    panel : int
        Side of each panel, pixels.

    Notes
    -----
    After Papyan, Han, Donoho, PNAS 2020, Fig. 1.
    """
    theme = THEMES[view.theme]
    title_height = panel // 5
    figure = Image.new("RGB", (panel * len(epochs), panel + title_height), theme.background)
    draw = ImageDraw.Draw(figure)
    title = ImageFont.truetype(str(asset("fonts", "SourceSans3-Semibold.ttf")), panel // 18)
    body = ImageFont.truetype(str(asset("fonts", "SourceSans3-Regular.ttf")), panel // 26)
    split = run.measured_on(view.split).name
    for number, epoch in enumerate(epochs):
        scene = compose(run, view.at(epoch))
        pixels: NDArray[np.uint8] = render(scene, view.camera, panel, panel)
        left = number * panel
        figure.paste(Image.fromarray(np.ascontiguousarray(pixels[..., :3])), (left, title_height))
        law = law_at(run, epoch, split)
        fuzziness = fuzziness_by_layer(run, epoch, split)[view.layer]
        words = (
            f"D = {three_digits(fuzziness)}   ρ = {three_digits(law.decay_ratio)}   "
            f"r = {correlation(law.pearson_r)}"
        )
        middle = left + panel / 2
        head = upper_first(run.counting.named(epoch))
        draw.text((middle, panel * 0.07), head, theme.text, title, anchor="mm")
        draw.text((middle, panel * 0.14), words, theme.quiet, body, anchor="mm")
    return figure
