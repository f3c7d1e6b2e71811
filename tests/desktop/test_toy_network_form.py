"""A network and a loss of one file each in the form of the Train room."""

import pytest
from PyQt6 import sip
from toys import toys  # noqa: F401 - a fixture

from ncviz.desktop.rooms.train.recipe_form import RecipeForm
from ncviz.parameters import changed
from ncviz.training.recipe import Recipe


@pytest.fixture
def form(toys, qapp):  # noqa: F811
    form = RecipeForm()
    form.show()
    yield form
    sip.delete(form)


def choose(box, data):
    box.setCurrentIndex(box.findData(data))


def test_both_can_be_chosen_and_bring_their_parameters(form):
    assert form["network"].isVisible()
    assert form["depth"].isVisible()
    choose(form["network"], "toy")
    choose(form["loss"], "margin")
    assert form["kernel"].isVisible()
    form["kernel"].setValue(7)
    assert form.recipe() == changed(Recipe(), network="toy", kernel=7, loss="margin")
    assert "usual for Adam: 0.001" in form["learning_rate"].toolTip()


def test_a_recipe_of_it_is_shown_and_gives_way_to_another(form):
    toy = changed(Recipe(), network="toy", kernel=2)
    form.set_recipe(toy)
    assert form["kernel"].value() == 2
    assert form.recipe() == toy
    form.set_recipe(Recipe())
    assert form.recipe() == Recipe()
    choose(form["optimizer"], "sgd")
    assert "published for SGD near 8 layers: 0.03" in form["learning_rate"].toolTip()
