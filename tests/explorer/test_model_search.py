"""What a search tells of itself, whenever its messages come."""

from types import SimpleNamespace

import numpy as np
import pytest

from ncviz.explorer.desks import desk_of
from ncviz.explorer.model_search import AskedByName, Found, ModelSearch
from ncviz.explorer.survey import Survey, Surveyed
from ncviz.jobs.messages import Died, Failed, Finished
from ncviz.models.code_map import CODE_MAP
from ncviz.models.softmax_codes import SOFTMAX_CODES


class Postman:
    """A worker whose messages are delivered one at a time."""

    def __init__(self, *messages):
        self.messages = list(messages)

    def begin(self, *asked):
        return SimpleNamespace(poll=lambda: [self.messages.pop(0)], drop=lambda: None)

    def close(self, *patience):
        self.messages.clear()


def searching(*messages):
    search = ModelSearch(lambda question: iter([]))
    search._worker = Postman(*messages)
    search.ask("question")
    return search


def test_the_end_of_a_search_is_told_though_it_comes_after_the_answer():
    search = searching(Found(1, "answer"), Finished(None))
    assert search.poll()
    assert search.busy
    assert search.answer == "answer"
    assert search.poll()
    assert not search.busy


def test_a_failure_is_told_once():
    search = searching(Failed("No such thing."))
    assert search.poll()
    assert (search.busy, search.failure) == (False, "No such thing.")
    assert not search.poll()


def test_a_descent_that_is_no_better_is_no_answer():
    search = searching(Found(1), Finished(None))
    assert not search.poll()
    assert search.poll()


def test_the_end_of_a_map_is_told_though_it_comes_after_the_last_cell():
    survey = Survey(AskedByName("softmax-codes", "survey"))
    survey._worker = Postman(Surveyed((1, 2), 0.5), Finished(None))
    survey.begin()
    assert survey.poll()
    assert not survey.complete
    assert survey.poll()
    assert (survey.complete, survey.known) == (True, {(1, 2): 0.5})


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (Finished(None), ""),
        (Failed("No room."), "No room."),
        (Died(1, -9), "was killed (signal 9), perhaps because the memory was full: a cell"),
    ],
)
def test_a_map_that_ended_early_says_why(end, said):
    desk = desk_of(SOFTMAX_CODES)
    desk.survey._worker = Postman(Surveyed((4, 3), 0.5), end)
    desk.survey.begin()
    while not desk.survey.complete:
        assert desk.survey.poll()
    grid = desk.grid(CODE_MAP)
    assert np.isfinite(grid.values).sum() == 1
    if said:
        assert said in grid.trouble
        assert grid.unknown == grid.trouble
    else:
        assert grid.trouble == ""
        assert "not computed yet" in grid.unknown
    desk.close()


def test_the_legend_says_that_a_code_is_sought_and_the_caption_why_it_is_not_found():
    desk = desk_of(SOFTMAX_CODES)
    desk.set(classes=5, dimension=3)

    def green():
        return [words.text for words in desk.roles() if words.role == "etf"]

    (words,) = green()
    assert words.endswith(", being sought")
    found = np.eye(4, 3)
    desk._targets.found = (desk.model.parameters(), found)  # of other parameters
    assert green() == [words]
    desk._targets.answered, desk._targets.failure = desk.parameters, "The search ended."
    assert desk.target is None
    assert green() == []
    assert desk.caption().startswith("The search ended. ")
    desk.close()
