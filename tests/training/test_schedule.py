from dataclasses import replace

import pytest

from ncviz.errors import UserError
from ncviz.parameters import changed
from ncviz.training.recipe import Recipe


def test_the_published_steps_come_after_a_third_and_two_thirds():
    rates = [Recipe().learning_rate_at(epoch) for epoch in (0, 1, 200, 201, 400, 401, 600)]
    assert rates == pytest.approx([1e-3, 1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5])


@pytest.mark.parametrize("epochs", [1, 2, 3, 10])
def test_a_short_training_starts_at_its_learning_rate(epochs):
    for schedule in ("steps", "constant", "cosine"):
        assert Recipe(epochs=epochs, schedule=schedule).learning_rate_at(1) == 1e-3


def test_a_constant_rate_is_constant():
    recipe = Recipe(schedule="constant")
    assert {recipe.learning_rate_at(epoch) for epoch in range(601)} == {1e-3}


def test_the_cosine_falls_to_half_at_half_time_and_towards_zero():
    recipe = replace(Recipe(schedule="cosine"), epochs=100)
    rates = [recipe.learning_rate_at(epoch) for epoch in range(1, 101)]
    assert rates == sorted(rates, reverse=True)
    assert rates[50] == pytest.approx(5e-4)
    assert 0 < rates[-1] < 1e-6


def test_the_rate_drops_at_chosen_epochs():
    recipe = changed(Recipe(), schedule="milestones", drop_epochs=(7, 3, 100), epochs=10)
    assert recipe.learning_rate_drops() == (3, 7)
    rates = [recipe.learning_rate_at(epoch) for epoch in (1, 3, 4, 7, 8, 10)]
    assert rates == pytest.approx([1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5])
    with pytest.raises(UserError, match="drop_epochs name 0: give epochs from 1 on"):
        changed(recipe, drop_epochs=(0, 4)).check()
