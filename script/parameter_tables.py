"""Writes tables of parameters, options, data sets, networks, losses, numbers, and the glossary.

    .venv/bin/python script/parameter_tables.py

A place for a table of parameters names its first and its last ones: those declared between them
are in it. Places for data sets, shifts, networks, classifiers and losses take all of them, those
for numbers the ones of one scope.
A test tells when the tables have to be written anew.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ncviz.catalogue import RecipeChoice
from ncviz.charts.rich_text import plain
from ncviz.concepts import CONCEPTS
from ncviz.data.catalogue import data_sets
from ncviz.data.shifts.shift import shifts
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_plan import FilmPlan
from ncviz.export.model_plan import ModelPlan
from ncviz.export.page_plan import PagePlan
from ncviz.export.picture_plan import PicturePlan
from ncviz.export.site_plan import SitePlan
from ncviz.export.table_plan import TablePlan
from ncviz.formulas import FORMULAS
from ncviz.metrics.metric import metrics
from ncviz.networks.classifiers.last_layer import last_layers
from ncviz.networks.network import networks
from ncviz.parameters import declared, table, table_of_options
from ncviz.training.losses.loss import losses
from ncviz.training.recipe import Recipe
from ncviz.training.schedules.schedule import schedules

DOCUMENTS = Path(__file__).resolve().parent.parent / "docs"
PLANS: dict[str, Any] = {"recipes.md": Recipe()}
PAGES: dict[str, Any] = {**PLANS, "numbers.md": None, "gallery.md": None, "glossary.md": None}
EXPORTS = {
    "figures": FigurePlan,
    "films": FilmPlan,
    "tables": TablePlan,
    "pages": PagePlan,
    "sites": SitePlan,
    "pictures": PicturePlan,
    "models": ModelPlan,
}
PLACE = re.compile(
    r"(<!-- (?P<what>parameters|options|data sets|shifts|networks|classifiers|losses|schedules"
    r"|numbers|notions)(?P<names>[\w ,]*): written by script/parameter_tables.py -->\n)"
    r".*?(<!-- end of (?P=what) -->\n)",
    re.DOTALL,
)


def written_document(text: str, plan: Any) -> str:
    """Return a document with its tables of parameters written anew."""
    makers = {
        "parameters": lambda names: table(plan, named(names, plan)),
        "options": lambda name: table_of_options(EXPORTS[name.removeprefix("of ")]),
        "data sets": lambda _: table_of_data_sets(),
        "shifts": lambda _: table_of_shifts(),
        "networks": lambda _: table_of_networks(),
        "classifiers": lambda _: table_of_classifiers(),
        "schedules": lambda _: options_of(schedules()).lstrip(),
        "losses": lambda _: table_of_losses(),
        "numbers": table_of_metrics,
        "notions": lambda _: glossary(),
    }
    return PLACE.sub(
        lambda found: f"{found[1]}\n{makers[found['what']](found['names'].strip())}\n{found[4]}",
        text,
    )


def glossary() -> str:
    """Return every notion of the window with its meaning, its formula and where that stands."""
    lines: list[str] = []
    for notion in sorted(CONCEPTS.values(), key=lambda each: plain(each.name).lower()):
        lines += [f"**{plain(notion.name)}.** {notion.meaning}", ""]
        formula = FORMULAS.get(notion.formula)
        if formula is not None:
            typeset = "; ".join(f"${line}$" for line in formula.lines)
            lines += [f"> {typeset} ({formula.source})", ""]
    return "\n".join(lines)


def table_of_data_sets() -> str:
    """Return how large all data sets are, and where they come from."""
    rows = ["| `dataset` | images of a class (training, test) | size | where it comes from |"]
    rows.append("|---|---|---|---|")
    for name, entry in data_sets().items():
        height, width, *channels = entry.image_shape
        size = f"{height} × {width}" + (", colour" if channels else "")
        sources = [f"Debian's package `{entry.debian_package}`"] if entry.debian_package else []
        sources += ["a folder"] if entry.needs_folder else []
        last = f"a download of {entry.download_bytes / 1e6:.0f} MB" if entry.downloadable else ""
        where = ", ".join(sources) + (f", or {last}" if last else "")
        rows.append(f"| `{name}` | {entry.images} | {size} | {entry.source or where} |")
    return "\n".join(rows) + "\n"


def table_of_shifts() -> str:
    """Return how held-out images can be changed."""
    rows = ["| in `measured_on` | amount, if none is said | meaning |", "|---|---|---|"]
    for name, shift in shifts().items():
        amount = f"{shift.low:g} to {shift.high:g} ({shift.usual:g})"
        rows.append(f"| `{name}` | {amount} | {shift.meaning} |")
    return "\n".join(rows) + "\n"


def table_of_networks() -> str:
    """Return what each network is, with a table of its parameters."""
    return "\n".join(
        f"**`{network.name}`.** {network.meaning}\n\n{table(network.architecture())}"
        for network in networks().values()
    )


def table_of_classifiers() -> str:
    """Return what each last layer is, with a table of its parameters."""
    return "\n".join(
        f"**`{kind.name}`.** {kind.meaning}\n\n{table(kind.layer())}"
        for kind in last_layers().values()
    )


def table_of_losses() -> str:
    """Return the formulas of all losses."""
    rows = [f"| `{loss.name}` | ${loss.formula}$ |" for loss in losses().values()]
    return "\n".join(["| `loss` | formula |", "|---|---|", *rows]) + "\n" + options_of(losses())


def options_of(choices: Mapping[str, RecipeChoice]) -> str:
    """Return tables of the parameters of those choices that have some."""
    return "".join(
        f"\n`{name}` has parameters of its own:\n\n{table(choice.options())}"
        for name, choice in choices.items()
        if declared(choice.options)
    )


def table_of_metrics(scope: str) -> str:
    """Return each number of a layer, of the last one or of all: formulas, source, what it needs."""
    rows = ["| name | formula | computed from | source |", "|---|---|---|---|"]
    for name, metric in metrics().items():
        if metric.scope == scope:
            # A bar would end the cell.
            lines = (line.replace("|", r"\vert ") for line in metric.formula.lines)
            formula = "; ".join(f"${line}$" for line in lines)
            needs = plain(metric.needs)
            rows.append(f"| `{name}` | {formula} | {needs} | {metric.formula.source} |")
    return "\n".join(rows) + "\n"


def named(words: str, plan: Any) -> list[str]:
    """Return the parameters of words such as 'loss to epochs, seed'."""
    names, chosen = list(declared(plan)), list[str]()
    for part in words.split(", "):
        first, _, last = part.partition(" to ")
        chosen += names[names.index(first) : names.index(last or first) + 1]
    return chosen


def main() -> None:
    """Write the tables of all documents."""
    for name, plan in PAGES.items():
        path = DOCUMENTS / name
        path.write_text(written_document(path.read_text("utf-8"), plan), "utf-8")


if __name__ == "__main__":
    main()
