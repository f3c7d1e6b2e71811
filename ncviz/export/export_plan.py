"""What every export is asked for: the file, the run, and for scenes the view."""

from dataclasses import KW_ONLY, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ncviz.counting import EPOCHS, Counting
from ncviz.errors import UserError
from ncviz.export.plan_texts import (
    moments_of,
    read_size,
    read_view,
    texts_of_moments,
    whole_numbers,
)
from ncviz.language import tr
from ncviz.parameters import command, declared, facet, parameter
from ncviz.runs.repeats import open_run
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN
from ncviz.scenes.palette import THEMES
from ncviz.scenes.view import View
from ncviz.scenes.view_text import view_to_text
from ncviz.wording import upper_first


def run_of(plan: Any) -> Run | None:
    """Return the run of a plan; None where there is none."""
    return None if plan.run is None else open_run(plan.run)


def counting_of(plan: Any) -> Counting:
    """Return what the run of a plan counts; epochs where there is none."""
    run = run_of(plan)
    return EPOCHS if run is None else run.counting


def to_file(endings: str = "") -> Any:
    """Declare where an export goes, with words for the names that it may have."""
    return parameter(
        asked=tr("a file"),
        help=endings or None,
        option="--out",
        metavar="FILE",
        in_form=False,
    )


def folder_of_run(asked: str = "") -> Any:
    """Declare whose file an export is, and that it cannot do without where it is asked for."""
    return parameter(None, help=tr("folder of the run"), option="RUN", asked=asked, in_form=False)


@dataclass(frozen=True)
class ExportPlan:
    """A file that is asked for; a plain value that another process can take.

    Parameters
    ----------
    out : Path
        Replaced if it exists.
    run : Path or None
        Folder of the run.
    with_path : bool
        Write the run's path into the file.
    """

    out: Path = to_file()
    run: Path | None = folder_of_run()
    _: KW_ONLY
    with_path: bool = parameter(
        False,
        tr(
            "Each file says which run it shows and how that was made. The names of folders, which "
            "may hold your own, are left out unless you ask for them here."
        ),
        label=tr("Write the run's path into the file"),
        help=tr("write the run's path into the file; default: only which run it is"),
        in_form=False,
    )

    verb = ""  # on the command line
    plural = ""  # of what is made
    endings = MappingProxyType[str, str]({})  # of names, to the formats for which they stand
    otherwise = "say --format"  # where a name has no such ending

    @property
    def suffix(self) -> str:
        """Return the format: the one that is named, or that of the file's name.

        Raises
        ------
        UserError
            If neither says.
        """
        chosen = self._format()
        if chosen not in declared(type(self))["file_format"].choices:
            *others, last = self.endings
            raise UserError(
                tr(
                    "{name} is of no format for {plural}: let its name end "
                    "in {others} or {last}, or {otherwise}.",
                    name=self.out.name or self.out,
                    plural=self.plural,
                    others=", ".join(others),
                    last=last,
                    otherwise=self.otherwise,
                )
            )
        return chosen

    def _format(self) -> str:
        named: str = self.file_format.lower()  # type: ignore[attr-defined]  # each has its own
        return named or self.endings.get(self.out.suffix.lower(), "")

    def command(self) -> str:
        """Return the command that makes the same file; empty if there is none."""
        return command(self, self.verb)


def _at_layer(plan: Any, layer: int) -> Any:
    run = run_of(plan)
    if layer < -1 and run is not None and layer >= -len(run.manifest.layers):
        layer += len(run.manifest.layers)  # the text of a view counts from the first
    return replace(plan, view=replace(plan.view, layer=layer))


def _of_split(plan: Any, split: str) -> Any:
    run = run_of(plan)
    name = split if run is None else run.split_of(split).name
    return replace(plan, view=replace(plan.view, split="" if name == TRAIN.name else name))


def _with_classes(plan: Any, text: str) -> Any:
    classes = tuple(sorted(set(whole_numbers(text, "classes"))))
    return replace(plan, view=replace(plan.view, classes=classes))


@dataclass(frozen=True)
class ScenePlan(ExportPlan):
    """What shows a scene.

    Parameters
    ----------
    view : View
        Epoch, layer, classes, camera and what is shown.
    """

    view: View = parameter(
        View(),
        help=tr("a view's text (ncviz:v1 …), or an exported file that shows it"),
        read=read_view,
        write=view_to_text,
        stated=True,
        metavar="TEXT",
        in_form=False,
    )

    epoch = facet(
        float,
        lambda plan: counting_of(plan).value(plan.view.epoch),
        lambda plan, epoch: replace(plan, view=plan.view.at(counting_of(plan).number(epoch))),
        of="view",
        help=tr("or a step, …, as the run counts; default: the view's, or the last"),
        in_form=False,
    )
    layer = facet(
        int,
        lambda plan: plan.view.layer,
        _at_layer,
        of="view",
        help=tr("number; 0 is the input, −1 the last"),
        in_form=False,
    )
    split = facet(
        str,
        lambda plan: plan.view.split or TRAIN.name,
        _of_split,
        of="view",
        help=tr(
            "whose samples and numbers: train, test, or another split of the run; default: the "
            "view's, or train"
        ),
        metavar="NAME",
        in_form=False,
    )
    chosen_classes = facet(
        str,
        lambda plan: ",".join(map(str, plan.view.classes)),
        _with_classes,
        of="view",
        help=tr("default: four; of an imbalanced run two large and two small ones"),
        option="--classes",
        metavar="0,1,5",
        in_form=False,
    )


def theme_of_view() -> Any:
    """Declare the theme of what is drawn as in the window."""
    return facet(
        str,
        lambda plan: plan.view.theme,
        lambda plan, theme: replace(plan, view=replace(plan.view, theme=theme)),
        of="view",
        label=tr("Look"),
        choices=lambda: {name: upper_first(name) for name in THEMES},
        sentence=tr("There is no theme {value}: choose {choices}."),
        help=tr("default: the view's"),
    )


def size_in_pixels(help: str = tr("WIDTHxHEIGHT in pixels"), **known: Any) -> Any:
    """Declare width and height as one: 1280x720."""
    return facet(
        str,
        lambda plan: f"{plan.width}x{plan.height}",
        lambda plan, text: replace(plan, **read_size(text)),
        of="width",
        help=help,
        metavar="SIZE",
        **known,
    )


def recorded_moments(help: str, **known: Any) -> Any:
    """Declare the epochs of a plan as people write them: 0, 5, 20, or 0, 2.5 of a run of halves."""
    return facet(
        str,
        lambda plan: texts_of_moments(plan.epochs, run_of(plan)) if plan.epochs else "",
        lambda plan, text: replace(plan, epochs=moments_of(text, run_of(plan))),
        tr("Recorded ones, such as 0, 5, 20."),
        of="epochs",
        help=help,
        option="--epochs",
        metavar="0,5,20",
        caption=lambda plan: upper_first(counting_of(plan).units),
        **known,
    )
