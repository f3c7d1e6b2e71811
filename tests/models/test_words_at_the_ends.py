"""What theory models say where their controls stand at the ends: why, and by which names."""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from ends_of_controls import ends_of

from ncviz.charts.chart import Chart
from ncviz.errors import UserError
from ncviz.explorer.desks import desk_of
from ncviz.explorer.model_search import ModelSearch
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.models.descent import DescentModel
from ncviz.models.landscape import LANDSCAPE
from ncviz.models.model import models
from ncviz.models.square_loss import SQUARE_LOSS
from ncviz.models.unconstrained_features import UNCONSTRAINED_FEATURES
from ncviz.parameters import declared
from ncviz.runs.run import Run
from ncviz.theory.diverged_descent import DivergedDescentError


def charts_of(desk):
    for plot in desk.model.plots:
        chart = desk.chart(plot) if plot.over not in ("grid", "matrix") else None
        if isinstance(chart, Chart) and desk.model.tells(plot.name, desk.parameters):
            yield plot.name, chart


def shows_something(chart):
    return any(np.isfinite(curve.values).any() for curve in chart.curves)


@dataclass(frozen=True)
class Look:
    """What is to be seen of a model with one control at one of its ends."""

    control: str
    value: object
    sentences: tuple[str, ...]
    explained: dict[str, bool]  # by plots: whether either it shows something, or says why not


@cache
def looks(name):
    desk, found = desk_of(models()[name]), []
    model, usual = desk.model, desk.parameters
    for control, item in declared(model.parameters).items():
        for value in ends_of(item, usual):
            desk.put(usual)
            desk.set(**{control: value})
            curve = desk.curve if isinstance(desk, OptimumDesk) else None
            if curve is not None and not curve.complete:
                curve.advance(0.0)
            remark, charts = model.remark(desk.parameters), dict(charts_of(desk))
            said = (desk.caption(), "" if remark is None else remark.text)
            said += tuple(chart.nothing for chart in charts.values())
            explained = {
                plot: shows_something(chart) != bool(chart.nothing)
                for plot, chart in charts.items()
            }
            found.append(Look(control, value, said, explained))
    desk.close()
    return found


@pytest.fixture(autouse=True)
def no_search(monkeypatch):
    """Let nothing be searched for: what a model says at once is looked at."""
    monkeypatch.setattr(ModelSearch, "ask", lambda _self, _question: None)


@pytest.mark.parametrize("name", models())
def test_a_plot_without_a_point_says_why(name):
    for look in looks(name):
        assert all(look.explained.values()), look


def test_label_sets_that_shrink_are_not_told_as_single_labels():
    desk = desk_of(models()["label-sets"])
    desk.set(penalty=0.1)
    said = {plot: chart.nothing for plot, chart in charts_of(desk)}
    assert said["sums"] == said["factor"] == desk.caption()
    assert "outweighs the loss" in said["sums"]
    desk.set(largest=1)
    assert desk.chart(desk.model.plots[0]).nothing.startswith("Every sample has one label")
    desk.close()


def test_a_lone_start_at_zero_has_no_sum_of_rows_to_keep_a_share_of():
    desk = desk_of(LANDSCAPE)
    for loss, said in (("squared_error", "add up to zero"), ("cross_entropy", "")):
        desk.set(starts=1, origin="zero", loss=loss, kick=0.0)
        rows = dict(charts_of(desk))["rows"]
        assert said in rows.nothing
        assert bool(rows.nothing) == bool(said)
    desk.close()


# What to turn is called as the panel calls it

TURN = re.compile(
    r"\b(?:lower|raise|choose|take|set|give it|let it have)\s+(?:a|an|the)\s+"
    r"(?:smaller |larger |lower |higher )?([\w‘’ ]+?)(?=[.,:;)]|$| nearer| to see)"
)


def words_on_the_panel(model):
    items = declared(model.parameters).values()
    return {item.label.lower() for item in items} | {
        re.sub("<.*?>", "", getattr(item.parameter, "symbol", "")).lower() for item in items
    }


def sentences(model):
    yield from (model.tip, model.lead, model.deed, model.invitation)
    for look in looks(model.name):
        yield from look.sentences
    if isinstance(model, DescentModel):
        yield model.trouble(DivergedDescentError(7))


@pytest.mark.parametrize("name", models())
def test_what_is_to_be_turned_is_called_as_on_the_panel(name):
    known = words_on_the_panel(models()[name])
    for said in sentences(models()[name]):
        for what in TURN.findall(said):
            named = what.strip().lower()
            assert named in known or any(word and word in named for word in known), said


def test_a_descent_that_diverged_names_its_own_step():
    desk = desk_of(UNCONSTRAINED_FEATURES)
    desk.set(learning_rate=1000.0)
    desk.player.end()
    desk.finish()
    label = declared(UNCONSTRAINED_FEATURES.parameters)["learning_rate"].label
    assert desk.trouble.endswith(f"lower the {label}.")
    assert desk.caption() == desk.trouble
    desk.close()


@pytest.mark.parametrize("name", [n for n, m in models().items() if isinstance(m, DescentModel)])
def test_who_has_no_slider_for_the_step_names_none(name):
    model = models()[name]
    said = model.trouble(DivergedDescentError(12))
    assert "step 12" in said
    has = "learning_rate" in declared(model.parameters)
    assert ("lower the" in said) == has
    assert ("bring its controls" in said) != has


def test_a_run_that_diverged_says_it_by_the_same_names(tmp_path):
    parameters = UNCONSTRAINED_FEATURES.parameters(learning_rate=1000.0)
    with pytest.raises(UserError, match="lower the step size"):
        UNCONSTRAINED_FEATURES.record(parameters, tmp_path / "run", range(40))
    manifest = Run(tmp_path / "run").manifest
    assert manifest.state == "failed"
    assert "lower the step size" in manifest.message


# What stands at the head of a panel holds wherever the controls stand

ONLY_SOMETIMES = (
    "weight decay every",  # it can be off
    "classifier are free",  # it can be fixed
    "when classes differ",  # they can be equal
    "several layers",  # there can be one
    "Many starts",  # or one start
    "with several labels",  # or with one
    "that have no simplex",  # they can have room
)


@pytest.mark.parametrize("name", models())
def test_a_lead_says_nothing_that_a_control_can_undo(name):
    assert not [words for words in ONLY_SOMETIMES if words in models()[name].lead]


def test_one_layer_that_is_zero_is_not_told_as_all():
    desk = desk_of(models()["deep-features"])
    desk.set(width=1)
    desk.seek(60)
    desk.finish()
    largest = [desk.value(f"largest {number}") for number in range(desk.parameters.depth)]
    assert min(largest) < 1e-3 < max(largest)
    assert desk.caption().startswith("The class means of layer 3 are zero, those of another")
    desk.close()


def test_steps_that_are_too_large_are_told_before_the_numbers_end():
    desk = desk_of(UNCONSTRAINED_FEATURES)
    desk.set(samples=1)
    desk.seek(60)
    desk.finish()
    assert desk.value("objective") > 10 * desk.history["objective"][0]
    assert "lower the step size" in desk.caption()
    desk.set(learning_rate=0.5)
    desk.seek(60)
    desk.finish()
    assert desk.caption() == "Each class has one sample: every feature is the mean of its class."
    desk.close()


def test_what_has_no_effect_without_weight_decay_is_grey():
    known = declared(SQUARE_LOSS.parameters)
    for name in ("weight_decay", "share"):
        for decays in (True, False):
            parameters = SQUARE_LOSS.parameters(decays=decays)
            assert known[name].parameter.live(parameters) == decays


def test_what_only_sets_have_is_grey_without_any():
    model = models()["label-sets"]
    known = declared(model.parameters)
    for name in ("rarity", "set_ratio"):
        for largest in (1, 2):
            assert known[name].parameter.live(model.parameters(largest=largest)) == (largest > 1)


def test_both_curves_of_le_sde_are_named_as_they_are_drawn():
    desk = desk_of(models()["le-sde"])
    chart = dict(charts_of(desk))["growth"]
    assert [(r.key, r.sign) for r in chart.readings] == [("A", "—"), ("B", "– –")]
    for reading, curve in zip(chart.readings, chart.curves, strict=True):
        assert reading.value == curve.values[0]  # at the first iteration
    desk.close()
