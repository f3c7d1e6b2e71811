"""`ncviz picture`: the scene of a run as a PNG file."""

import argparse
import math
from dataclasses import replace

from ncviz.commands.names import tell_of_names
from ncviz.errors import UserError
from ncviz.export.picture import check_size, provenance, save_picture
from ncviz.runs.layer_names import unknown_layer
from ncviz.runs.run import Run
from ncviz.scenes.camera_fit import opening_camera
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View
from ncviz.wording import saved_files


def picture(parsed: argparse.Namespace) -> int:
    """Draw what the options ask for.

    Raises
    ------
    UserError
        If an option does not fit the run, or the file cannot be written.
    """
    width, height = _size(parsed.size)
    check_size(width, height)
    run = Run(parsed.path)
    layers = len(run.manifest.layers)
    if not -layers <= parsed.layer < layers:
        raise UserError(unknown_layer(run, parsed.layer))
    counting = run.counting
    if parsed.epoch is not None and not math.isfinite(parsed.epoch):
        last = counting.digits(run.epochs[-1])
        raise UserError(f"The {counting.unit} {parsed.epoch} is not a number: choose 0 to {last}.")
    view = View(
        epoch=run.epochs[-1] if parsed.epoch is None else counting.number(parsed.epoch),
        layer=parsed.layer,
        classes=_classes(parsed.classes, run.manifest.classes),
        theme=parsed.theme,
    )
    scene = compose(run, view)
    view = replace(view, camera=opening_camera(view.camera, [scene], width / height))
    save_picture(
        scene,
        view.camera,
        parsed.out,
        width,
        height,
        transparent=parsed.transparent,
        said=provenance(run, view),
    )
    tell_of_names(run)
    print(saved_files(parsed.out))
    return 0


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(part) for part in text.lower().replace("×", "x").split("x"))
    except ValueError:
        raise UserError(f"The size {text!r} is not WIDTHxHEIGHT: write 1920x1080.") from None
    return width, height


def _classes(text: str, classes: int) -> tuple[int, ...]:
    try:
        chosen = tuple(int(word) for word in text.replace(",", " ").split())
    except ValueError:
        raise UserError(f"The classes {text!r} are not numbers: write 0,1,5.") from None
    if chosen and (len(set(chosen)) < 2 or not all(0 <= c < classes for c in chosen)):
        raise UserError(
            f"The classes {text!r} cannot be shown: choose two or more from 0 to {classes - 1}."
        )
    return tuple(sorted(set(chosen)))
