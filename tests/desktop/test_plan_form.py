"""A plan as a form: what is declared is there, and what a choice brings along follows it."""

from dataclasses import dataclass, make_dataclass

import pytest
from window_parts import dispose

from ncviz.desktop.widgets.declared_parts import DeclaredFields, part_of
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plan_form import PlanForm
from ncviz.errors import UserError
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_plan import FilmPlan
from ncviz.export.table_plan import TablePlan
from ncviz.parameters import check, declared, parameter, part, settle
from ncviz.recording.plan import RecordPlan
from ncviz.training.recipe import Recipe


@dataclass(frozen=True)
class Plain:
    width: int = parameter(100, "Neurons.", low=1, high=8192)


@dataclass(frozen=True)
class Convolutional:
    width: int = parameter(16, "Channels.", low=1, high=64)
    kernel: int = parameter(3, "Side of the kernel.", low=1, high=11, unit="px")


NETWORKS = {"plain": Plain, "convolutional": Convolutional}


@dataclass(frozen=True)
class Toy:
    network: str = parameter("plain", "What learns.", choices=lambda: tuple(NETWORKS))
    architecture: object = part(kinds=lambda: NETWORKS, chosen_by="network")
    depth: int = parameter(8, "Layers of it.", low=2, high=100, label="Layers")
    rate: float = parameter(0.1, "Step.", low=0.0, high=1.0, above=True)
    smooth: bool = parameter(False, "Round it.")
    softness: float = parameter(0.5, low=0.0, high=1.0, step=0.1, when=lambda plan: plan.smooth)
    classes: tuple[int, ...] = parameter((), "Which.", empty="all")
    only: str = parameter("one", choices=("one",))
    hidden: int = parameter(7, low=0, high=9, in_form=False)

    def __post_init__(self):
        settle(self)

    def check(self):
        check(self, "toy")


@pytest.fixture
def show(qapp):
    """Return a function that keeps a widget until the end of the test, and frees it then."""
    shown = []

    def keep(widget):
        shown.append(widget)
        return widget

    yield keep
    for widget in shown:
        dispose(widget)


@pytest.fixture
def form(show):
    return show(PlanForm(Toy(hidden=5), "toy", rows=(("network", "depth"),)))


def shown(form):
    return [name for name in form.parts if form[name].isVisibleTo(form)]


def test_each_field_that_applies_is_shown_with_its_words(form):
    assert shown(form) == ["network", "width", "depth", "rate", "smooth", "classes"]
    assert form["depth"].accessibleName() == "Layers"
    assert form["depth"].toolTip() == "Layers of it."
    assert (form["depth"].minimum(), form["depth"].maximum()) == (2, 100)
    assert form["classes"].placeholderText() == "all"
    assert form.plan() == Toy(hidden=5)


def test_a_choice_brings_its_fields_along(form, qtbot):
    with qtbot.waitSignal(form.changed):
        form["network"].setCurrentIndex(1)
    assert form["kernel"].text() == "3 px"
    assert form["width"].maximum() == 64
    form["kernel"].setValue(5)
    made = form.plan()
    assert made == Toy(network="convolutional", architecture=Convolutional(kernel=5), hidden=5)
    written = form.written()
    assert written == {"network": "convolutional", "kernel": "5 px", "width": form["width"].text()}
    form["network"].setCurrentIndex(0)
    assert "kernel" not in form.parts
    assert form["width"].maximum() == 8192
    assert form.plan().architecture == Plain()
    assert form.written() == {}
    assert form.write(written) == []
    assert form.plan() == made


def test_what_cannot_be_written_is_named_and_left_as_at_first(form):
    wrong = {"network": "none", "kernel": "5 px", "rate": 3, "smooth": "yes", "hidden": -1, "x": []}
    assert form.write({**wrong, "depth": "abc", "classes": "1, 2"}) == list(wrong)
    assert form["depth"].text() == "abc"
    assert form.written() == {"depth": "abc", "classes": "1, 2"}
    assert form.write({"hidden": 7}) == []
    assert form.written() == {"hidden": 7}
    assert form.plan() == Toy(hidden=7)


def test_fields_that_no_row_names_stand_side_by_side_whatever_was_there_before(form):
    for network in (1, 0, 1, 0, 1):
        form["network"].setCurrentIndex(network)
    form.show()
    others = [form[name] for name in shown(form) if name not in ("network", "depth")]
    places = [widget.mapTo(form, widget.rect().bottomLeft()) for widget in others]
    assert places == sorted(places, key=lambda place: (place.y() // 20, place.x()))
    assert len({place.y() // 20 for place in places}) == 2
    assert len({place.x() for place in places[:3]}) == 3


def test_what_does_not_apply_is_hidden_and_at_its_default(form):
    form["smooth"].setChecked(True)
    assert "softness" in shown(form)
    form["softness"].setValue(0.9)
    assert form.plan().softness == 0.9
    form["smooth"].setChecked(False)
    assert "softness" not in shown(form)
    assert form.plan().softness == 0.5


def test_what_is_shown_is_what_comes_out(form):
    toy = Toy(
        network="convolutional",
        architecture=Convolutional(8, 7),
        depth=3,
        rate=1e-9,
        smooth=True,
        softness=0.25,
        classes=(4, 1),
    )
    form.show_plan(toy)
    assert form.plan() == toy


def test_every_field_that_does_not_fit_is_named_and_marked(form):
    form["rate"].setText("2")
    form["classes"].setText("one")
    form["depth"].lineEdit().setText("1")
    form["depth"].interpretText()
    with pytest.raises(UserError) as caught:
        form.plan()
    sentence = str(caught.value)
    assert "The toy's rate is 2: choose a number above 0 and up to 1." in sentence
    assert "The toy has classes = " in sentence
    assert "Layers: 1 is below 2" in sentence
    assert all(form[name].property("wrong") for name in ("rate", "classes", "depth"))
    form["rate"].setText("0.5")
    assert not form["rate"].property("wrong")


@pytest.mark.parametrize("plan", [Recipe, RecordPlan, FigurePlan, FilmPlan, TablePlan])
def test_a_field_that_is_added_to_a_plan_has_its_widget(plan, show):
    tau = parameter(2.0, "Temperature.", low=0.5, high=8.0, unit="K", step=0.5)
    grown = make_dataclass("Grown", [("tau", float, tau)], bases=(plan,), frozen=True, kw_only=True)
    item = declared(grown)["tau"]
    made = part_of(item)
    show(made.widget)
    assert isinstance(made.widget, NumberBox)
    assert (made.value(), made.widget.text()) == (2, "2 K")
    page = show(DeclaredFields(grown))
    page.add(page.field("tau", page.part("tau")))
    assert page.filled() == {"tau": 2.0}


def test_a_field_that_is_added_to_a_recipe_is_in_its_form(show):
    tau = parameter(2.0, "Temperature.", low=0.5, high=8.0)
    grown = make_dataclass("Grown", [("tau", float, tau)], bases=(Recipe,), frozen=True)
    form = show(PlanForm(grown(), "recipe"))
    form["tau"].setText("3.5")
    assert form.plan() == grown(tau=3.5)
    form["tau"].setText("9")
    with pytest.raises(UserError, match="The recipe's tau is 9: choose a number"):
        form.plan()
