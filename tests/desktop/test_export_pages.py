"""One more field in a plan of the exports is on its page, with no other file changed."""

import shlex
from dataclasses import make_dataclass
from pathlib import Path

import pytest
from window_parts import settle

from ncviz.cli import main
from ncviz.desktop.exporting import figure_page, film_page, table_page, web_page_form
from ncviz.desktop.exporting.what_is_seen import Seen
from ncviz.desktop.widgets.form_parts import FieldError, choose
from ncviz.errors import UserError
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_plan import FilmPlan
from ncviz.export.page_plan import PagePlan
from ncviz.export.provenance import said_by
from ncviz.export.table_plan import TablePlan
from ncviz.parameters import parameter
from ncviz.runs.run import Run
from ncviz.scenes.view import View

PAGES = {
    "figure": (figure_page, "FigurePage", FigurePlan),
    "film": (film_page, "FilmPage", FilmPlan),
    "table": (table_page, "TablePage", TablePlan),
    "page": (web_page_form, "WebPageForm", PagePlan),
}


@pytest.fixture
def show(qtbot):
    def shown(page):
        qtbot.addWidget(page)
        page.show()
        return page

    return shown


@pytest.mark.parametrize("what", PAGES)
def test_a_field_that_is_added_to_a_plan_is_on_its_page(
    what, small_run, monkeypatch, show, tmp_path
):
    module, page_name, plan = PAGES[what]
    tau = parameter(2.0, "Temperature.", low=0.5, high=8.0, unit="K", step=0.5)
    word = parameter("", "A word.", check=no_tabs)
    grown = make_dataclass(
        "Grown", [("tau", float, tau), ("word", str, word)], bases=(plan,), frozen=True
    )
    monkeypatch.setattr(module, plan.__name__, grown)
    page = show(getattr(module, page_name)())
    page.set_seen(Seen(View(), Run(small_run.path)))
    heard = []
    page.changed.connect(lambda: heard.append(True))
    page["tau"].setValue(3.5)
    assert heard
    assert page["tau"].text() == "3.5 K"
    assert page.plan(tmp_path / "x").tau == 3.5
    page["word"].setText("a\tb")
    with pytest.raises(FieldError, match="no tabs") as caught:
        page.plan(tmp_path / "x")
    assert caught.value.field is page.fields["word"]
    page["word"].setText("fine")
    plan = page.plan(tmp_path / "x")
    assert plan.word == "fine"
    assert "--tau 3.5" in plan.command()
    assert "--word fine" in plan.command()


def no_tabs(text):
    if "\t" in text:
        raise UserError("A word has no tabs.")


def test_any_plot_that_a_run_has_stands_beside_its_film(small_run, imbalanced_run, show):
    page = show(film_page.FilmPage())
    page.set_seen(Seen(View(), Run(small_run.path)))
    offered = page["plot_name"]
    assert page.fields["plot_name"].isHidden()
    page["plot"].setChecked(True)
    assert not page.fields["plot_name"].isHidden()
    names = [offered.itemData(number) for number in range(offered.count())]
    assert {"fuzziness", "nc", "cosines"} <= set(names)
    assert "groups" not in names  # the run has no minority
    choose(offered, "nc")
    plan = page.plan(Path("x.mp4"))
    assert (plan.plot, plan.plot_name) == (True, "nc")
    assert "--plot --plot-name nc" in plan.command()
    page.set_seen(Seen(View(), Run(imbalanced_run.path)))
    assert offered.findData("groups") >= 0
    assert offered.currentData() == "nc"
    page["over"].button("model").click()
    assert [offered.itemData(number) for number in range(offered.count())] == ["cosine", "optima"]
    assert page.plan(Path("x.mp4")).plot_name == "cosine"
    page["over"].button("epochs").click()
    assert offered.findData("groups") >= 0


def test_a_command_makes_what_the_dialog_makes(window, qtbot, qapp, tmp_path):
    settle(qtbot, window)
    window.exporting.open("figure")
    dialog = window.exporting.dialog
    dialog.destination.folder = tmp_path
    try:
        choose(dialog.figure.preset, "collapse")
        dialog.figure["moments"].setText("0, 20")
        dialog.figure["title"].setText("A & 'B'")
        dialog.figure["file_format"].button("svg").click()
        plan = dialog.figure.plan(dialog.destination.out())
        dialog.copy.click()
        assert dialog.status.text() == "The command is on the clipboard."
        words = shlex.split(qapp.clipboard().text())
        dialog.figure["moments"].setText("0, x")
        dialog.copy.click()
        assert dialog.figure.fields["moments"].fault.sentence
        assert shlex.split(qapp.clipboard().text()) == words
    finally:
        dialog.figure["moments"].clear()
        dialog.figure["title"].clear()
        dialog.figure["file_format"].button("pdf").click()
        choose(dialog.figure.preset, "seen")
        dialog.close_all()
    assert words[0] == "ncviz"
    assert main(words[1:]) == 0
    said = said_by(plan.out)
    assert said["figure"]["epochs"] == [0, 20]
    assert said["figure"]["title"] == "A & 'B'"
    assert said["view"]["camera"]["azimuth"] == pytest.approx(plan.view.camera.azimuth)


def test_a_model_and_several_scenes_are_copied_as_commands_or_said_to_have_none(
    window, qtbot, qapp, tmp_path
):
    window.enter("Theory")
    settle(qtbot, window)
    window.exporting.open("figure")
    dialog = window.exporting.dialog
    dialog.destination.folder = tmp_path
    try:
        choose(dialog.figure.preset, "model:cosine")
        dialog.figure["file_format"].button("svg").click()
        dialog.copy.click()
        words = shlex.split(qapp.clipboard().text())
        plan = dialog.figure.plan(dialog.destination.out())
        window.enter("Layers")
        settle(qtbot, window)
        dialog.refresh()
        choose(dialog.figure.preset, "seen")
        dialog.copy.click()
        assert dialog.status.text().startswith("No command composes what you see here")
    finally:
        dialog.figure["file_format"].button("pdf").click()
        choose(dialog.figure.preset, "seen")
        dialog.close_all()
        window.enter("Explore")
    assert main(words[1:]) == 0
    assert said_by(plan.out)["model"]["name"] == plan.model.name
