"""What is no TOML is told by its line, in words for who never wrote such a file."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.parameters.toml_file import LARGEST_FILE, read_toml
from ncviz.parameters.toml_trouble import toml_trouble


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = 1\nsay = “x”", "line 2 has the curly quote “"),
        ('say = "x”\nb = "y"', "line 1 has the curly quote ”"),
        ("a = ‘x’", "line 1 has the curly quote ‘"),
        ('o = [\n  "a",\n  „b“,\n]', "line 3 has the curly quote „"),
        ("say = hello", "line 1 has hello without quotes"),
        ('say = "x\nb = 1', "line 1 has no straight quote"),
        ("say = 'x", "line 1 has no straight quote"),
        ("a = 1\na = 2", "line 2 gives a a second value"),
        ("[[step]]\na = 1\n[step]\nb = 1", "line 3 begins another step: write [[step]]"),
        ("[step]\n[step.ask]\n[step]\n", "line 3 begins another step: write [[step]]"),
        ("[step]\n[[step]]\n", "line 2 begins another step: write [[step]]"),
        ("[[step]]\n[step.ask]\n[step.ask]\n", "line 3 has [step.ask] a second time"),
        ("[[step]\na = 1", "line 1 needs as many ] as ["),
        ("[step]]\na = 1", "line 1 needs as many ] as ["),
        ("[step", "line 1 needs as many ] as ["),
        ('say = "he "x" "', "line 1 has a quote within a text"),
        ("say = 'it's'", "line 1 has a quote within a text"),
        ('run = "C:\\duns"', "line 1 has a \\ within a text"),
        ('a = 1\no = ["a",\n"b"\nb = 2', "begins in line 2 lacks"),
        ('o = ["a" "b"]', "begins in line 1 lacks"),
        ("a = True", "line 1 has True: write true or false"),
        ("a = yes", "line 1 has yes: write true or false"),
        ("within = 0,15", "line 1 has a comma in a number: write 0.15"),
        ("within = .5", "line 1 has .5, which is no number"),
        ("a =", "line 1 has a key without a value"),
        ("a 1", "line 1 has no = after its key"),
        ("a: 1", "line 1 has no = after its key"),
        ("= 3", "line 1 begins with no key"),
        ("a = 1 b = 2", "line 1 goes on after its value"),
    ],
)
def test_the_line_and_what_to_write_are_told(text, says):
    with pytest.raises(tomllib.TOMLDecodeError) as error:
        tomllib.loads(text)
    assert says in toml_trouble(text, error.value)


@given(st.text(alphabet="ab=[]{}\"'“”.,#\n\\ 0123-", max_size=40))
def test_whatever_is_no_toml_gets_one_line(text):
    try:
        tomllib.loads(text)
    except ValueError as error:
        said = toml_trouble(text, error)
        assert said
        assert "\n" not in said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('title = "a"\nable = "Grüße"\n'.encode("latin-1"), "line 2 is not written in UTF-8"),
        (b"\x00\xff" * 20, "it is no text"),
        (b"# " + b"x" * LARGEST_FILE, "has more than 262,144 bytes"),
    ],
)
def test_a_file_that_is_no_text_is_told(tmp_path, content, says):
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(UserError) as told:
        read_toml(path, "The lesson mine.toml")
    assert says in str(told.value)
