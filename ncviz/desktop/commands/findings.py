"""What the search finds beside commands: notions, samples, plots, recipes, classes, runs, help."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from ncviz.assets import PAGES, document, recipes
from ncviz.charts.plot import plots
from ncviz.concepts import CONCEPTS
from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.guide.guide_text import address
from ncviz.desktop.settings.recent import recent_names
from ncviz.errors import UserError
from ncviz.explorer.bundled_samples import SAMPLES
from ncviz.explorer.room_names import EXPLORE, GALLERY, TRAIN
from ncviz.language import tr
from ncviz.runs.layer_names import layer_in_words

BETWEEN = " · "  # the ways in which a notion is written or looked for


@dataclass(frozen=True)
class Finding:
    """Something to go to.

    Parameters
    ----------
    kind : str
        What it is, one or two words, as in 'Plot'.
    name : str
    tip : str
        One sentence.
    go : callable
        Goes there.
    words : str
        More words under which it is found.
    """

    kind: str
    name: str
    tip: str
    go: Callable[[], object]
    words: str = ""

    @property
    def key(self) -> str:
        """Return what tells it from all others."""
        return f"{self.kind}: {self.name} · {self.tip}"


def findings(window: CommandedWindow) -> Iterator[Finding]:
    """Return all that can be gone to now; commands are not among it."""
    yield from _notions(window)
    yield from _of_the_run(window)
    yield from _runs(window)
    yield from _recipes(window)
    yield from _experiments(window)
    yield from _lessons(window)
    for name, page, place in guide_headings():
        where = (
            tr("A chapter of the guide.")
            if page == "guide"
            else tr("In “{page}”.", page=page_title(page))
        )
        yield Finding(tr("Guide"), name, where, partial(window.guide, page, place), "help")


def _notions(window: CommandedWindow) -> Iterator[Finding]:
    for key, concept in CONCEPTS.items():
        words = BETWEEN.join((key, concept.search, *concept.spellings))
        show = partial(window.picture.explain, key)
        yield Finding(tr("Notion"), concept.name, concept.meaning, show, words)


def _of_the_run(window: CommandedWindow) -> Iterator[Finding]:
    run = window.explorer.run
    for key, plot in plots().items():
        if run is None or plot.applies(run):
            tip = tr("Shows this plot beside the scene.")
            yield Finding(tr("Plot"), plot.menu, tip, partial(_show_plot, window, key), key)
    if run is None:
        return
    counts = run.manifest.train_counts
    for number, name in enumerate(run.manifest.class_names):
        share = ""
        if counts:
            said = tr("{n:training sample|training samples}.", n=counts[number])
            share = f"{said} "
        tip = tr("{share}Turns its corner to you.", share=share)
        yield Finding(tr("Class"), name, tip, partial(_show_class, window, number))
    for number, layer in enumerate(run.manifest.layers):
        name = layer_in_words(layer.name)
        tip = tr("{width:feature|features}. Shows this layer.", width=layer.width)
        yield Finding(tr("Layer"), name, tip, partial(_show_layer, window, number))


def _runs(window: CommandedWindow) -> Iterator[Finding]:
    for sample in SAMPLES:
        open_it = partial(_open_sample, window, sample.key)
        yield Finding(tr("Sample"), sample.title, sample.sentence, open_it, sample.key)
    recent = window.settings.recent or []
    for text, name in zip(recent, recent_names(recent), strict=True):
        yield Finding(
            tr("Recent run"), name, text, partial(window.open, Path(text)), Path(text).name
        )


def _recipes(window: CommandedWindow) -> Iterator[Finding]:
    for path in recipes():
        name = recipe_name(path)
        tip = tr("Opens it in the form of the Train room.")
        yield Finding(tr("Recipe"), name, tip, partial(_open_recipe, window, path), path.stem)


def _lessons(window: CommandedWindow) -> Iterator[Finding]:
    from ncviz.lessons.catalogue import lessons

    for name, lesson in lessons().items():
        go = partial(_begin_lesson, window, name)
        yield Finding(tr("Lesson"), lesson.title, lesson.able, go, tr("learn tutorial teach"))


def _begin_lesson(window: CommandedWindow, name: str) -> None:
    window.rooms.learn.begin(name)


def _experiments(window: CommandedWindow) -> Iterator[Finding]:
    # Recipes of every network: the window's start must not wait for them.
    from ncviz.experiments.catalogue import experiments

    try:
        known = experiments()
    except UserError:  # whoever goes to the experiments is told
        return
    for name, each in known.items():
        words = f"{name} {each.group} {each.source.words}"
        go = partial(_show_experiment, window, name)
        yield Finding(tr("Experiment"), each.title, each.claim, go, words)


def recipe_name(path: Path) -> str:
    """Return what a recipe that ships with ncviz is called: the words of its file."""
    return path.stem.replace("-", " ").capitalize()


@lru_cache(maxsize=1)
def guide_headings() -> tuple[tuple[str, str, str], ...]:
    """Return the chapters of the guide: name, page and address; those of the guide itself first."""
    found: list[tuple[str, str, str]] = []
    for page in PAGES:
        try:
            text = document(f"{page}.md").read_text(encoding="utf-8")
        except UserError:  # an installation without the guide finds the rest
            continue
        text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
        deepest = 4 if page == "guide" else 2
        for signs, words in re.findall(r"^(#+) (.+)$", text, re.MULTILINE):
            if len(signs) <= deepest:
                name = re.sub(r"[`*]", "", words)
                found.append((name, page, "" if len(signs) == 1 else address(name)))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=32)
def page_title(page: str) -> str:
    """Return what a page beside the guide is called: its first heading, or its name in words."""
    found = [name for name, its_page, place in guide_headings() if its_page == page and not place]
    return found[0] if found else page.replace("-", " ").capitalize()


def _show_plot(window: CommandedWindow, kind: str) -> None:
    if not window.current.shows_run:
        window.enter(EXPLORE)
    window.plots.choose(len(window.plots.slots) - 1, kind)


def _show_class(window: CommandedWindow, number: int) -> None:
    explorer = window.explorer
    if explorer.run is None:
        return
    window.enter(EXPLORE)
    if number not in explorer.view.shown_classes(explorer.run.manifest.classes):
        explorer.toggle_class(number)
    window.picture.focus_on_class(number)


def _show_layer(window: CommandedWindow, number: int) -> None:
    window.enter(EXPLORE)
    window.picture.show_layer(number)


def _open_sample(window: CommandedWindow, key: str) -> None:
    window.rooms.gallery.open_sample(key)


def _show_experiment(window: CommandedWindow, name: str) -> None:
    window.enter(GALLERY)
    window.rooms.gallery.show_experiments(name)


def _open_recipe(window: CommandedWindow, path: Path) -> None:
    window.enter(TRAIN)
    window.training.open_recipe(path)
