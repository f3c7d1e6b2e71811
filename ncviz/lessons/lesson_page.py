"""A lesson as one file for a browser: its scenes, its questions, and what is said of a guess."""

import base64
import html
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ncviz import __version__
from ncviz.errors import UserError
from ncviz.explorer.room_names import COMPARE, TRAIN
from ncviz.export.beside import Beside
from ncviz.export.model_plan import ModelPlan
from ncviz.export.page_plan import SMALLEST, PagePlan
from ncviz.export.provenance import KEY, as_text
from ncviz.export.web.frame import FIELD, POLICY, parts_of_frame, read_frame, themes_style
from ncviz.export.web.making import page_bytes
from ncviz.export.web.notions import of_sentences, spelled, written
from ncviz.export.web.of_run import PLOTS as PLOTS_OF_RUN
from ncviz.export.web.packing import Packing
from ncviz.language import LANGUAGE, tr
from ncviz.lessons.catalogue import lessons
from ncviz.lessons.kinds import CHOICE, CLASS, PREDICTION
from ncviz.lessons.lesson import Lesson, LessonStage, Question
from ncviz.lessons.places import TIME, VALUES
from ncviz.lessons.playing import LessonStanding, Playing
from ncviz.lessons.stage_pictures import picture_of_stage
from ncviz.lessons.staging import names_of_classes, run_of, values_before
from ncviz.runs.run import Run
from ncviz.runs.writer import write_atomically
from ncviz.scenes.compose import with_classes
from ncviz.scenes.view_text import text_to_view
from ncviz.wording import bytes_in_words, three_digits

USUAL = 12_000_000  # bytes of the file
LARGEST_SCENE = 2_000_000  # bytes of one scene
DOTS = 110  # of a picture, an inch
ON_PAGE = {plot.name for plot in PLOTS_OF_RUN}
PROGRAM = f"ncviz {__version__}"


@dataclass(frozen=True)
class SceneOnPage:
    """A scene that the page holds once, however many steps show it.

    Parameters
    ----------
    run : Path or None
    model : ModelPlan or None
    view : str
        The text of a view.
    beside : Path, optional
        Of the run on the right, of Compare.
    curves, plots : tuple of str
        Of its plots and their curves, those that are seen; all, where none is named.
    plays : bool
        Whether what descends is seen at its end, which it plays to in the window by itself.
    """

    run: Path | None
    model: ModelPlan | None
    view: str
    beside: Path | None = None
    curves: tuple[str, ...] = ()
    plots: tuple[str, ...] = ()
    plays: bool = False

    @property
    def key(self) -> str:
        """Return what tells it from others."""
        settings = None if self.model is None else (self.model.name, dict(self.model.settings))
        return repr((settings, replace(self, model=None)))

    def plan(self, out: Path, most_bytes: int) -> PagePlan:
        """Return the page that shows it."""
        view = text_to_view(self.view)
        return PagePlan(
            out,
            self.run,
            view=view,
            beside=None if self.beside is None else Beside(self.beside, view),
            model=self.model,
            most_bytes=most_bytes,
            chosen_only=True,
            from_first=not self.plays,
            curves=self.curves,
            plots=self.plots,
        )


def write_page(
    lesson: Lesson,
    out: Path,
    truths: dict[int, float],
    *,
    most_bytes: int = USUAL,
    tell: Callable[[float], object] | None = None,
) -> Path:
    """Write a lesson as a page for a browser, whole or not at all.

    Parameters
    ----------
    lesson : Lesson
    out : Path
        An HTML file.
    truths : mapping of int to float
        As `check_stages` returns them.
    most_bytes : int
        The file is no larger: of each scene as much is left out as is needed, and it says so.
    tell : callable, optional
        Told how much is done, 0…1; may raise to break off.

    Raises
    ------
    UserError
        If a step cannot be drawn, no page is so small, or the file cannot be written.
    """
    content = page_of_lesson(lesson, truths, most_bytes, tell or (lambda _share: None))
    if len(content) > most_bytes:
        raise UserError(
            tr(
                "No page of this lesson fits into {most_bytes}: ask for {small} or more.",
                most_bytes=bytes_in_words(most_bytes),
                small=bytes_in_words(1.05 * len(content)),
            )
        )
    write_atomically(out, content)
    return out


def page_of_lesson(
    lesson: Lesson, truths: dict[int, float], most_bytes: int, tell: Callable[[float], object]
) -> bytes:
    """Return the content of a lesson's page."""
    lesson = replace(lesson, steps=tuple(step.on_page for step in lesson.steps))
    scenes: dict[str, SceneOnPage] = {}
    shown = [_scenes(lesson, lesson.stage_of(number)) for number in range(len(lesson.steps))]
    for each in (scene for of in shown for scene in of):
        scenes.setdefault(each.key, each)
    each_most = max(SMALLEST, min(LARGEST_SCENE, most_bytes // max(len(scenes) + 1, 1)))
    pages, numbers, steps = [], {}, len(scenes) + len(lesson.steps)
    for number, (key, scene) in enumerate(scenes.items()):
        numbers[key] = number
        pages.append(_without_frame(page_bytes(scene.plan(Path("page.html"), each_most))[0]))
        tell((number + 1) / steps)
    told = []
    for number in range(len(lesson.steps)):
        told.append(
            _step(lesson, number, truths)
            | {
                "scenes": [numbers[each.key] for each in shown[number]],
                "picture": _picture(lesson, number),
            }
        )
        tell((len(scenes) + number + 1) / steps)
    meant = of_sentences(
        (lesson.able, *(text for step in told for text in _sentences(step))), common=True
    )
    words = {
        "steps": told,
        "pages": pages,
        "parts": parts_of_frame(),
        "words": WORDS,
        "notions": {key: place for place, key in enumerate(meant)},
        "spellings": spelled(meant, common=True),
    }
    fields = {
        "language": html.escape(LANGUAGE),
        "policy": html.escape(POLICY),
        "program": html.escape(PROGRAM),
        "key": KEY,
        "said": html.escape(as_text({"program": PROGRAM, "lesson": _said_name(lesson)})),
        "title": html.escape(lesson.title),
        "able": html.escape(lesson.able),
        "guard": read_frame("guard.js"),
        "style": themes_style() + read_frame("terms.css") + read_frame("lesson.css"),
        "script": "\n".join(map(read_frame, SCRIPTS)),
        "notions": written(meant),
        "data": Packing().packed(words),
        "note": html.escape(_note(each_most)),
        **{f"word_{name}": html.escape(word) for name, word in WORDS.items()},
    }
    page = FIELD.sub(lambda found: fields[found[1]], read_frame("lesson.html"))
    return page.encode("utf-8", "replace")


# What of a scene's page a place of the window is.
HIDDEN = {
    "plots": "#charts",
    "caption": ".over,#told",
    VALUES: "#told",
    "legend": "#legend",
    "scene": "#view",
    "play": "#play",
    "timeline": "#timeline,#told",
    "classes": "#legend,#looks,#told",
    "layers": "#layers,#told",
}

SCRIPTS = "elements.js", "decode.js", "terms.js", "lesson.js"  # in this order

WORDS = {
    "next": tr("Next"),
    "back": tr("Back"),
    "step": tr("Step {step} of {steps}", step="{step}", steps="{steps}"),
    "guess": tr("Guess"),
    "keep": tr("Keep it"),
    "kept": tr("Kept: you will read it again at the end."),
    "predicted": tr("What you predicted"),
    "noNumber": tr("Write a number."),
    "noWords": tr("Write a few words first."),
    "numbers": tr("Your guess: {guess}. The answer: {truth}.", guess="{guess}", truth="{truth}"),
    "scriptless": tr("Scripts are off here: a lesson needs a browser that runs them."),
    "picture": tr("What this step begins with, as a picture"),
    "scene": tr("Scene"),
    "broken": tr("What this file carries cannot be read: it is damaged."),
    "old": tr("This browser is too old for a lesson: open the page in a newer one."),
    "failed": tr(
        "This page failed ({reason}): reload it, or open it in another browser.",
        reason="{reason}",
    ),
}


def _said_name(lesson: Lesson) -> str:
    """Return the name of a lesson that ships; of another one its title, for paths name people."""
    ships = lessons().get(lesson.name)
    return lesson.name if ships is not None and ships.path == lesson.path else lesson.title


def _note(each: int) -> str:
    return tr(
        "Scenes turn and move along their timelines; what is trained, dragged or changed in "
        "ncviz itself is told in words here. Each scene holds at most {size}.",
        size=bytes_in_words(each),
    )


def _scenes(lesson: Lesson, stage: LessonStage) -> list[SceneOnPage]:
    """Return the scenes that a stage shows, two runs as one: none where one is only trained."""
    if stage.room == TRAIN:
        return []
    if stage.model:
        model = ModelPlan(stage.model, stage.settings)
        return [SceneOnPage(None, model, stage.view, plots=stage.plots, plays=stage.plays)]
    run = run_of(lesson, stage.run)
    beside = run_of(lesson, stage.beside) if stage.room == COMPARE else None
    return (
        []
        if run is None
        else [SceneOnPage(run, None, stage.view, beside, stage.curves, stage.plots)]
    )


def _step(lesson: Lesson, number: int, truths: dict[int, float]) -> dict[str, Any]:
    step, stage = lesson.steps[number], lesson.stage_of(number)
    ask = None if step.ask is None else _question(lesson, number, truths)
    return {
        "say": step.say,
        "ask": ask,
        "do": "" if step.do is None else step.page.deed or _deed(lesson, stage, step.hides),
        "then": step.then,
        "wide": any(each.beside is not None for each in _scenes(lesson, stage)),
        "style": _style(step.hides, stage),
    }


def _sentences(step: Mapping[str, Any]) -> list[str]:
    """Return what a step says and asks: its sentences whose terms have cards."""
    ask = step["ask"] or {}
    said = (
        step["say"],
        step["do"],
        step["then"],
        *(ask.get(n, "") for n in ("text", "right", "wrong")),
    )
    return [*said, *ask.get("replies", ())]


def _style(hides: tuple[str, ...], stage: LessonStage) -> str:
    """Return the style that takes out of a scene what a step hides as a whole.

    A model's timeline stays: it stands for the slider that one moves in the window.
    """
    kept = [HIDDEN[name] for name in hides if name in HIDDEN and not (stage.model and name in TIME)]
    style = f"{','.join(kept)}{{display:none!important}}" if kept else ""
    # Or the scene would leave their column empty.
    bare = "plots" in hides or not (stage.model or not stage.plots or ON_PAGE & {*stage.plots})
    return style + "main{grid-template-columns:minmax(0,1fr)}" * bare


def _deed(lesson: Lesson, stage: LessonStage, hides: tuple[str, ...]) -> str:
    """Say what one can do on the page in the place of what there is to do in the window."""
    if stage.room == TRAIN:
        return tr("In ncviz you train this network yourself.")
    if not _scenes(lesson, stage):
        return ""
    if "timeline" in hides and not stage.model:
        return tr("Turn the scene.")
    return tr("Turn the scene, and move its timeline.")


def _question(lesson: Lesson, number: int, truths: dict[int, float]) -> dict[str, Any]:
    ask = lesson.steps[number].ask
    assert ask is not None
    truth = truths.get(number, ask.answer)
    told: dict[str, Any] = {"kind": ask.kind, "text": ask.text}
    if ask.kind == PREDICTION:
        return told
    if ask.kind in (CHOICE, CLASS):
        options = _options(lesson, number, ask)
        replies = [_reply(lesson, number, truths, value) for value, _ in options]
        return told | {"options": [text for _, text in options], "replies": replies}
    known = truth is not None and math.isfinite(truth)
    before = values_before(lesson, number)
    return told | {
        "truth": truth if known else None,
        "tolerance": ask.tolerance(truth) if truth is not None and known else 0.0,
        "named": "" if truth is None else three_digits(truth),
        "right": ask.right,
        "wrong": ask.wrong,
        "before": tr("In the layers before: {values}.", values=", ".join(map(three_digits, before)))
        if before
        else "",
    }


def _options(lesson: Lesson, number: int, ask: Question) -> list[tuple[float, str]]:
    """Return what can be chosen, with the number that stands for it."""
    if ask.kind == CHOICE:
        return [(float(place), text) for place, text in enumerate(ask.options, 1)]
    stage = lesson.stage_of(number)
    path = run_of(lesson, stage.run)
    assert path is not None  # or the lesson was refused
    run = Run(path)
    view = with_classes(text_to_view(stage.view), run)
    names = run.manifest.class_names
    return [(float(k), names[k]) for k in view.shown_classes(run.manifest.classes)]


def _reply(lesson: Lesson, number: int, truths: dict[int, float], guess: float) -> str:
    """Return what a lesson that is played says of a guess."""
    classes = {number: names_of_classes(lesson, number)}
    playing = Playing(lesson, LessonStanding(number, {number: guess}), truths, classes)
    return playing.reply


def _picture(lesson: Lesson, number: int) -> str:
    """Return the address of what a step's stage begins with; '' where nothing is trained yet."""
    hidden = lesson.steps[number].hidden_at_first
    content = picture_of_stage(lesson, lesson.stage_of(number), DOTS, hidden)
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii") if content else ""


def _without_frame(content: bytes) -> str:
    """Return a scene's page without what all have in common, which the file holds once."""
    text = content.decode()
    for name, part in parts_of_frame().items():
        text = text.replace(part, f"\ue000{name}\ue000", 1)
    return text
