"""What a run is, in few words: what a notebook shows of it, and the card of a site."""

import html

from ncviz.charts.rich_text import plain
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.metrics.measures import measure_layer
from ncviz.metrics.metric import metrics
from ncviz.runs.layer_names import shortened_layer
from ncviz.runs.repeats import RepeatedRun
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN
from ncviz.runs.state_in_words import state_in_words
from ncviz.wording import three_digits

# Of the last layer on the training samples; all are 0 at neural collapse.
NUMBERS = ("nc1", "nc2_equinorm_means", "nc2_equiangular_means", "nc3", "nc4")
FUZZINESS = "separation_fuzziness"

Rows = tuple[tuple[str, str], ...]


def run_in_words(run: Run) -> Rows:
    """Return names and values of what a run is, as plain text.

    Parameters
    ----------
    run : Run
    """
    manifest, counting, epochs = run.manifest, run.counting, run.epochs
    moments = counting.named(epochs[0])
    if len(epochs) > 1:
        moments = tr(
            "{count:,} recorded, {first} to {last}",
            count=len(epochs),
            first=moments,
            last=counting.named(epochs[-1]),
        )
    rows = [
        (tr("Classes"), f"{manifest.classes:,}"),
        (tr("Layers"), f"{len(manifest.layers):,}"),
        (tr("Moments"), moments),
    ]
    if isinstance(run, RepeatedRun):
        rows.append((tr("One of repeats"), run.place_in_words))
    if manifest.state != "finished":
        message = f": {manifest.message}" if manifest.message else ""
        rows.append((tr("State"), state_in_words(run) + message))
    return tuple(rows)


def last_numbers(run: Run) -> Rows:
    """Return NC1–NC4 and D of the last layer at the last moment, by the names of their legends.

    Parameters
    ----------
    run : Run

    Returns
    -------
    tuple of (str, str)
        A dash for what does not apply; empty where the training samples were not measured.

    Raises
    ------
    UserError
        If the last snapshot cannot be read.
    """
    wanted = [metrics()[name] for name in (*NUMBERS, FUZZINESS)]
    last = len(run.manifest.layers) - 1
    measured = measure_layer(run, run.epochs[-1], last, TRAIN.name, wanted)
    if measured is None:
        return ()
    return tuple((plain(each.label), three_digits(measured[each.name])) for each in wanted)


def place_of_numbers(run: Run) -> str:
    """Say of which layer and moment `last_numbers` are: 'layer 7, epoch 600'.

    Parameters
    ----------
    run : Run
    """
    layer = shortened_layer(run.manifest.layers[-1].name)
    return f"{layer}, {run.counting.named(run.epochs[-1])}"


def run_as_html(run: Run) -> str:
    """Return a run as a short table for a notebook; words of the run's files are text in it.

    Parameters
    ----------
    run : Run
    """
    rows = run_in_words(run)
    try:
        numbers = last_numbers(run)
        if not numbers:
            rows += ((tr("Numbers"), tr("The training samples were not measured.")),)
    except UserError as error:  # a table that fails would hide the rest of it
        numbers = ()
        rows += ((tr("Numbers"), str(error)),)
    place = html.escape(place_of_numbers(run))
    heading = f'<tr><th colspan="2" dir="auto" style="text-align:left">{place}</th></tr>'
    return (
        f'<table><caption dir="auto">{html.escape(run.manifest.title)}</caption>'
        f"{_as_rows(rows)}{heading if numbers else ''}{_as_rows(numbers)}</table>"
    )


def _as_rows(rows: Rows) -> str:
    return "".join(
        f'<tr><th scope="row" style="text-align:left;padding-right:1em">{html.escape(name)}</th>'
        f'<td dir="auto" style="text-align:left">{html.escape(value)}</td></tr>'
        for name, value in rows
    )
