"""Makes a page: fills it, and leaves out moments and samples until it is as small as asked for."""

from collections.abc import Callable
from pathlib import Path

from ncviz.errors import UserError
from ncviz.export.page_plan import PagePlan
from ncviz.export.web.frame import page_html
from ncviz.export.web.model_states import states_of
from ncviz.export.web.of_model import page_of_model
from ncviz.export.web.of_run import page_of
from ncviz.export.web.on_page import OnPage, chosen_of, said_of_start
from ncviz.export.web.packing import Packing
from ncviz.export.web.thinning_rule import LEAST_MOMENTS, Thinning, kept_within
from ncviz.language import tr
from ncviz.parameters import check
from ncviz.runs.repeats import open_run
from ncviz.runs.writer import write_atomically
from ncviz.wording import bytes_in_words

Advance = Callable[[int, int], object]  # steps done and in all

# Of a sample at one moment of one layer in the file: three numbers of two bytes, packed, in base64.
BYTES_A_PLACE = 3 * 2 * 0.95 * 4 / 3
FRAME_BYTES = 250_000  # of a page without samples: frame, picture, words
ROUNDS, MARGIN = 6, 0.97


def make_page(plan: PagePlan, advance: Advance | None = None) -> tuple[Path, str]:
    """Write the page that a plan asks for, whole or not at all.

    Parameters
    ----------
    plan : PagePlan
    advance : callable, optional
        Told of each step; may raise to break off.

    Returns
    -------
    Path
    str
        What must be said of it: with which moment it begins, if not the one that was asked for,
        and by which rule something was left out; '' where there is nothing.

    Raises
    ------
    UserError
        If the plan does not fit the run, no page is so small, or the file cannot be written.
    """
    if plan.out.is_dir():
        raise UserError(tr("{out} is a folder: choose the name of a file.", out=plan.out))
    content, rule = page_bytes(plan, advance)
    write_atomically(plan.out, content)
    return plan.out, rule


def page_bytes(plan: PagePlan, advance: Advance | None = None) -> tuple[bytes, str]:
    """Return the content of a page, and what must be said of it.

    Raises
    ------
    UserError
        If the plan does not fit the run, or no page of it is so small.
    """
    check(plan, "page")
    assert plan.suffix == "html"  # or it raises
    if plan.model is not None:
        return _bytes_of_model(plan, advance or (lambda _done, _total: None))
    if plan.run is None:
        raise UserError(tr("Name the folder of a run, or a model of theory with --model."))
    run = open_run(plan.run)
    whole = chosen_of(plan, run)
    products = _room(plan, whole)
    chosen = _thinned(plan, whole, products)
    content = b""
    for _ in range(ROUNDS):
        content = _content(plan, chosen, advance or (lambda _done, _total: None))
        if len(content) <= plan.most_bytes:
            said = said_of_start(run, plan.view.epoch), chosen.rule(plan.most_bytes)
            return content, " ".join(filter(None, said))
        if _is_least(chosen):
            break
        held = len(chosen.epochs) * chosen.placed
        spent = max(len(content) - FRAME_BYTES, 1)
        room = max(plan.most_bytes - FRAME_BYTES, 1)
        products = MARGIN * min(products, held) * min(room / spent, MARGIN)
        chosen = _thinned(plan, whole, products)
    raise UserError(
        tr(
            "No page of this run fits into {most_bytes}: ask for {small} or more.",
            most_bytes=bytes_in_words(plan.most_bytes),
            small=bytes_in_words(1.05 * len(content)),
        )
    )


def _bytes_of_model(plan: PagePlan, advance: Advance) -> tuple[bytes, str]:
    """Return the content of a page of a model; moments are left out until it fits."""
    held = states_of(plan, advance)
    while True:
        packing = Packing()
        content = page_html(page_of_model(plan, held, packing), packing).encode("utf-8", "replace")
        if len(content) <= plan.most_bytes:
            return content, held.rule(plan.most_bytes)
        if len(held.states) <= LEAST_MOMENTS + 1:
            break
        share = (plan.most_bytes - FRAME_BYTES) / max(len(content) - FRAME_BYTES, 1)
        held = held.thinned(int(len(held.states) * min(max(share, 0.1), MARGIN)) - 1)
    raise UserError(
        tr(
            "No page of this model fits into {most_bytes}: ask for {small} or more.",
            most_bytes=bytes_in_words(plan.most_bytes),
            small=bytes_in_words(1.05 * len(content)),
        )
    )


def expected_bytes(plan: PagePlan) -> tuple[int, OnPage]:
    """Return about how large a page will be, and what it holds.

    Raises
    ------
    UserError
        If the plan does not fit the run.
    """
    check(plan, "page")
    assert plan.run is not None
    whole = chosen_of(plan, open_run(plan.run))
    chosen = _thinned(plan, whole, _room(plan, whole))
    return min(round(FRAME_BYTES + _places(chosen) * BYTES_A_PLACE), plan.most_bytes), chosen


def _places(chosen: OnPage) -> float:
    return len(chosen.epochs) * len(chosen.layers) * chosen.placed * _looks(chosen)


def _looks(chosen: OnPage) -> float:
    """Return how often a sample is placed on average: of the chosen classes twice."""
    if len(chosen.views) == 1:
        return 1.0
    few, many = (len(view.shown_classes(chosen.run.manifest.classes)) for _, view in chosen.views)
    return 1.0 + few / many


def _room(plan: PagePlan, whole: OnPage) -> float:
    """Return how many moments times samples there is room for."""
    each = BYTES_A_PLACE * len(whole.layers) * _looks(whole)
    return max(plan.most_bytes - FRAME_BYTES, 0) / each


def _thinned(plan: PagePlan, whole: OnPage, products: float) -> OnPage:
    kept = kept_within(len(whole.run.epochs), whole.placeable, products)
    if kept == Thinning(len(whole.run.epochs), 1.0):
        return whole
    return chosen_of(plan, whole.run, kept)


def _is_least(chosen: OnPage) -> bool:
    runs = [chosen.run] if chosen.beside is None else [chosen.run, chosen.beside.run]
    most = sum(len(run.manifest.class_names) for run in runs)
    return len(chosen.epochs) <= LEAST_MOMENTS + 1 and chosen.placed <= most


def _content(plan: PagePlan, chosen: OnPage, advance: Advance) -> bytes:
    packing = Packing()
    return page_html(page_of(plan, chosen, packing, advance), packing).encode("utf-8", "replace")
