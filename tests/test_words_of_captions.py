"""What words that stand alone, above fields and at axes, are called in the glossary."""

import pytest

from ncviz.concepts import CONCEPTS
from ncviz.explorer.answers import about_words
from ncviz.terms import notion_called


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("Weight decay", "penalty"),  # called 'Weight decay λ'
        ("D", "D"),
        ("Epochs", "epoch"),
        ("Classes", "class"),
        ("cosine", "cosine"),
        ("Decay ratio ρ", "rho"),
        ("Names", ""),
        ("", ""),
        ("s", ""),
        ("es", ""),
    ],
)
def test_words_that_stand_alone_are_found_in_the_glossary(words, key):
    assert notion_called(words) == key
    answer = about_words(words)
    assert answer.meaning == (CONCEPTS[key].meaning if key else "")


def test_each_notion_is_found_by_its_name():
    for key, concept in CONCEPTS.items():
        assert notion_called(concept.name) == key


def test_what_is_meant_goes_before_what_words_are_called():
    assert about_words("Layer", concept="epoch").meaning == CONCEPTS["epoch"].meaning
    assert about_words("R at NC1 of layers").meaning == CONCEPTS["NC1"].meaning
