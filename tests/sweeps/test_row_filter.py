import math

import pytest
from tiny_sweep import SOLVED

from ncviz.sweeping.asked import read_asked
from ncviz.sweeps.places import FINISHED, LEFT, TaskState
from ncviz.sweeps.row_filter import RowFilter
from ncviz.sweeps.survey import SurveyRow

TEXT = """
[base]
epochs = 4
[grid]
learning_rate = [0.003, 0.1]
activation = ["relu", "leaky_relu"]
batch_norm = [true, false]
classes = [[0, 1], [0, 1, 8]]
"""
NUMBERS = ("loss", "rho", "separation_fuzziness", "R₀")


@pytest.fixture
def rows_of(written):
    """Return what a filter leaves, and its trouble."""

    def leave(text, of=TEXT):
        sweep = read_asked(written(of))
        numbers = {"loss": 0.5, "rho": 1.2345, "separation_fuzziness": math.nan}
        rows = [
            SurveyRow(task, TaskState(FINISHED if task.index else LEFT), numbers)
            for task in sweep.tasks()
        ]
        asked = RowFilter(sweep, NUMBERS, text)
        return [row.task.cell.values for row in rows if asked.fits(row)], asked.trouble

    return leave


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 16),
        ("learning_rate<0.1", 8),
        ("Learning rate < 0.1", 8),
        ("learning rate<=0,1", 16),
        ("learning rate!=0.1", 8),
        ("activation=Leaky ReLU learning_rate=0.1", 4),
        ("activation=leaky_relu", 8),
        ('Activation="Leaky ReLU"', 8),
        ("Activation!=ReLU", 8),
        ("leaky", 8),
        ("Batch norm=on", 8),
        ("batch_norm=false", 8),
        ("classes=0, 1", 8),
        ("state=finished", 15),
        ("waiting", 1),
        ("ρ=1.23 Mean loss<1", 16),
        ("rho>1.3", 0),
        ("D<1", 0),
        ("D!=1", 0),
        ("seed=0", 16),
    ],
)
def test_columns_have_the_names_of_people_and_of_files(rows_of, text, count):
    found, trouble = rows_of(text)
    assert (len(found), trouble) == (count, "")


@pytest.mark.parametrize(
    ("text", "trouble", "count"),
    [
        ("lr<0.1 leaky", "no column is called lr", 8),
        ("leaky Learning rate<", "Learning rate < which value?", 8),
        ("learning_rate<slow", "slow is no number", 16),
        ("activation<3", "activation is no number: write activation=…", 16),
        ("<5", "no column is called <5", 16),
        ("=", "no column is called =", 16),
        ("(((", "", 0),
    ],
)
def test_what_asks_for_nothing_is_said_and_the_rest_holds(rows_of, text, trouble, count):
    found, said = rows_of(text)
    assert (len(found), said) == (count, trouble)


def test_symbols_of_a_theory_model_are_names(rows_of):
    assert len(rows_of("K_A=2 R>5", SOLVED)[0]) == 2
    assert len(rows_of("imbalance ratio=1", SOLVED)[0]) == 2
    assert rows_of("R_0<1 R0<1 R₀<1", SOLVED)[1] == ""
