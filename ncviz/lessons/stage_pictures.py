"""What a stage of a lesson shows first, as a still picture: of two runs both, side by side."""

import io
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from ncviz.explorer.room_names import COMPARE, LAYERS
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import bare_figure
from ncviz.export.first_camera import figure_from_first_camera
from ncviz.export.model_plan import ModelPlan
from ncviz.export.styles import scene_theme, style_named
from ncviz.image_file import HeldPicture, opened_image
from ncviz.lessons.lesson import Lesson, LessonStage
from ncviz.lessons.places import VALUES
from ncviz.lessons.staging import run_of
from ncviz.models.descent import DescentModel
from ncviz.models.model import models
from ncviz.runs.run import Run
from ncviz.scenes.view_text import text_to_view


def picture_of_stage(
    lesson: Lesson, stage: LessonStage, resolution: int, hidden: Collection[str] = ()
) -> bytes:
    """Draw what a stage begins with.

    Parameters
    ----------
    lesson : Lesson
    stage : LessonStage
    resolution : int
        Dots an inch.
    hidden : collection of str
        What a step hides: the legend, numbers, or the scene itself.

    Returns
    -------
    bytes
        A PNG; none where a network is trained, and no other one is named.

    Raises
    ------
    UserError
        If it cannot be drawn.
    """
    drawn = [
        bare_figure(figure_from_first_camera(None if plan.run is None else Run(plan.run), plan))
        for plan in figures_of_stage(lesson, stage, resolution, hidden)
    ]
    return drawn[0] if len(drawn) == 1 else _side_by_side(drawn)


def figures_of_stage(
    lesson: Lesson, stage: LessonStage, resolution: int, hidden: Collection[str] = ()
) -> list[FigurePlan]:
    """Return the figures of what a stage begins with, from left to right."""
    if "scene" in hidden:
        return []
    theme = scene_theme(style_named("paper"))
    preset = "layers" if stage.room == LAYERS else "scene"
    usual: dict[str, Any] = {
        "out": Path("step.png"),
        "view": replace(text_to_view(stage.view), theme=theme),
        "theme": "paper",
        "resolution": resolution,
        "legend": "legend" not in hidden,
        "numbers": VALUES not in hidden,
    }
    if stage.model:
        begins = isinstance(models()[stage.model], DescentModel) and not stage.plays
        last = 0.0 if begins else None  # what plays at once is seen at its end
        model = ModelPlan(stage.model, stage.settings, last=last)
        return [FigurePlan(preset="scene", model=model, **usual)]
    names = (stage.run, stage.beside) if stage.room == COMPARE else (stage.run,)
    runs = [run_of(lesson, name) for name in names]
    return [FigurePlan(run=run, preset=preset, **usual) for run in runs if run is not None]


def _side_by_side(drawn: list[bytes]) -> bytes:
    images = []
    for place, content in enumerate(drawn):
        with opened_image(HeldPicture(f"drawn {place + 1}", content)) as image:
            images.append(image.convert("RGB"))
    if not images:
        return b""
    whole = Image.new("RGB", (sum(i.width for i in images), max(i.height for i in images)), "white")
    left = 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width
    buffer = io.BytesIO()
    whole.save(buffer, "PNG")
    return buffer.getvalue()
