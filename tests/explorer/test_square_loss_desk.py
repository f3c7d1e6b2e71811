"""The square loss's desk: norms reach their prediction with weight decay, and not without."""

import pytest

from ncviz.explorer.descent_desk import DescentDesk
from ncviz.models.square_loss import SQUARE_LOSS
from ncviz.scenes.view import View
from ncviz.theory.square_loss import predicted_squared_norm


def to_the_end(desk):
    desk.player.end()
    while desk.moving:
        desk.advance(0.016)


@pytest.mark.parametrize("classes", [2, 10])
@pytest.mark.parametrize("share", [0.05, 0.9])
@pytest.mark.parametrize("decay", [1e-3, 3e-2])
def test_norms_and_cosines_reach_the_prediction(classes, share, decay):
    desk = DescentDesk(SQUARE_LOSS)
    desk.set(classes=classes, share=share, weight_decay=decay)
    square = predicted_squared_norm(desk.parameters.epsilon, classes, decay)
    assert desk.parameters.predicted_norm**2 == pytest.approx(square)
    to_the_end(desk)
    assert desk.trouble == ""
    assert desk.value("norm") == pytest.approx(desk.parameters.predicted_norm, rel=0.02)
    assert desk.value("cosine") == pytest.approx(desk.parameters.predicted_cosine, abs=1e-3)
    assert desk.value("epsilon") == pytest.approx(desk.parameters.epsilon, rel=0.02)
    assert desk.caption().startswith("All rows have the predicted length")


def test_without_weight_decay_nothing_collapses():
    desk = DescentDesk(SQUARE_LOSS)
    desk.set(decays=False)
    to_the_end(desk)
    assert desk.value("loss") < 1e-20
    assert desk.value("nc1") > 1e-4
    assert abs(desk.value("norm") / desk.parameters.predicted_norm - 1) > 0.2
    assert desk.caption().startswith("Without weight decay")
    assert len(desk.scene(View()).samples) == 80


def test_without_weight_decay_no_ideal_is_drawn_and_no_number_predicted():
    desk = DescentDesk(SQUARE_LOSS)
    with_decay = desk.scene(View())
    assert list(desk.series.levels.values()) == [
        desk.parameters.predicted_norm,
        desk.parameters.predicted_cosine,
    ]
    assert "predicted" in [number.name for number in desk.numbers()]
    assert "etf" in [words.role for words in desk.roles()]
    desk.set(decays=False)
    assert desk.series.levels == {}
    assert "predicted" not in [number.name for number in desk.numbers()]
    assert not any("−1/" in number.tip for number in desk.numbers())
    assert "etf" not in [words.role for words in desk.roles()]
    assert len(with_decay.balls) - len(desk.scene(View()).balls) == desk.parameters.classes
    desk.set(decays=True)
    assert len(desk.scene(View()).balls) == len(with_decay.balls)


def test_a_target_moves_without_a_new_descent():
    desk = DescentDesk(SQUARE_LOSS)
    desk.set(decays=False)
    to_the_end(desk)
    told = []
    desk.listen(told.append)
    before = desk.parameters.predicted_norm
    desk.set(weight_decay=2e-3)
    assert told == ["problem"]
    assert desk.parameters.predicted_norm > before
    assert desk.shown_step == desk.model.steps


def test_settings_come_back():
    desk, other = DescentDesk(SQUARE_LOSS), DescentDesk(SQUARE_LOSS)
    desk.set(classes=7, share=0.5, decays=False)
    other.restore(desk.settings())
    assert other.parameters == desk.parameters
    assert "choose a number from 0.05 to 0.9" in other.restore({"share": 2.0})[0]
    other.scene(View())
