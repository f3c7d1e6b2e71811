import math
import os
import subprocess
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.wording import (
    bytes_in_words,
    memory_in_words,
    read_number,
    read_numbers,
    saved_files,
    shell_word,
    short_number,
    three_digits,
    visible,
    visible_line,
    written_number,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (0.0, "0"),
        (1.0, "1"),
        (-0.9996, "−1"),
        (0.53, "0.53"),
        (0.01234, "0.0123"),
        (0.001, "0.001"),
        (0.00099, "9.90·10⁻⁴"),
        (123.4, "123"),
        (999.4, "999"),
        (999.6, "1,000"),
        (-999.6, "−1,000"),
        (1234.0, "1,230"),
        (99_940.0, "99,900"),
        (123_456.0, "1.23·10⁵"),
        (-4.5e-7, "−4.50·10⁻⁷"),
        (1e30, "1.00·10³⁰"),
    ],
)
def test_numbers_as_people_read_them(value, text):
    assert three_digits(value) == text


@given(st.floats(1e-300, 1e300), st.sampled_from([-1, 1]))
def test_what_is_written_is_the_number(magnitude, sign):
    text = three_digits(sign * magnitude).replace("−", "-").replace(",", "")
    mantissa, _, power = text.partition("·10")
    raised = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or "0"
    assert float(f"{mantissa}e{raised}") == pytest.approx(sign * magnitude, rel=0.0051)


@pytest.mark.parametrize(
    ("text", "number"),
    [("2.5", 2.5), ("2,5", 2.5), (" 1.000 ", 1.0), ("−3", -3.0), ("1e-3", 1e-3), ("٣٫٥", 3.5)],
)
def test_typed_numbers(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "1 000", "1.000,5", "1'000", "1_000", "0x10", "five"])
def test_what_is_no_number_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"(is not a number|has two decimal marks): write .*\."):
        read_number(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_is_read_back(value):
    assert read_number(written_number(value)) == value


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0.286", (0.286,)),
        ("0,286", (0.286,)),
        ("0.485, 0.456, 0.406", (0.485, 0.456, 0.406)),
        ("0.485,0.456,0.406", (0.485, 0.456, 0.406)),
        ("0,485 0,456 0,406", (0.485, 0.456, 0.406)),
        ("0,485; 0,456; 0,406", (0.485, 0.456, 0.406)),
        ("0,485, 0,456, 0,406", (0.485, 0.456, 0.406)),
        ("1,2,3", (1.0, 2.0, 3.0)),
        (" 1, 2, 3, ", (1.0, 2.0, 3.0)),
    ],
)
def test_typed_lists_of_numbers(text, numbers):
    assert read_numbers(text) == numbers


def test_a_list_with_a_word_in_it_is_refused():
    with pytest.raises(ValueError, match="'half' is not a number"):
        read_numbers("0.5, half")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("caf\udce9", "caf\\xe9"),
        ("\udcc3\udcbc", "\\xc3\\xbc"),
        ("half \ud83d", "half \\ud83d"),
        ("\x1b[31m", "\\x1b[31m"),
        ("üñ → 猫🐈\n", "üñ → 猫🐈\n"),
    ],
)
def test_what_cannot_be_shown_is_written_out(text, shown):
    assert visible(text) == shown


def test_a_name_with_line_breaks_stays_on_its_line():
    assert visible_line("m\nx\r\t\u2028\x1b.pt") == r"m\nx\r\t\u2028\x1b.pt"


def test_a_word_for_a_shell_is_read_as_it_was():
    """Asked of a shell itself."""
    names = [
        b"run",
        b"sp ace 'q' \"d\"",
        "🐈 ü".encode(),
        b"caf\xe9",
        b"a\nb\t'\\",
        b"$(x);*",
        b"-",
    ]
    words = " ".join(shell_word(os.fsdecode(name)) for name in names)
    assert words.isprintable()
    code = f"printf '%s\\0' {words}".encode("utf-8", "surrogateescape")
    done = subprocess.run(["bash", "-c", code], capture_output=True, check=True)
    assert done.stdout.split(b"\0")[:-1] == names


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["/runs/a.pdf"], "Saved /runs/a.pdf."),
        (["a.svg", "b.csv"], "Saved a.svg and b.csv."),
        (["a\nb.pdf"], r"Saved a\nb.pdf."),
        (["a\u202efdp.exe"], r"Saved a\u202efdp.exe."),
        ([os.fsdecode(b"caf\xe9.pdf")], r"Saved caf\xe9.pdf."),
    ],
    ids=["one", "two", "line-break", "turned-round", "no-utf-8"],
)
def test_files_that_were_saved_are_named_in_one_line(names, said):
    assert saved_files(*map(PurePosixPath, names)) == said


@pytest.mark.parametrize(
    ("value", "words"),
    [(1e-9, "10⁻⁹"), (2e-7, "2·10⁻⁷"), (1e-4, "10⁻⁴"), (0.001, "0.001"), (10, "10"), (1e6, "10⁶")],
)
def test_a_scale_has_short_numbers(value, words):
    assert short_number(value) == words


@pytest.mark.parametrize(
    ("count", "of_file", "of_memory"),
    [
        (0, "0 bytes", "0 bytes"),
        (1, "1 byte", "1 byte"),
        (1000, "1 kB", "1,000 bytes"),
        (9_790, "9.79 kB", "9.56 KiB"),
        (999_600, "1 MB", "976 KiB"),
        (1000 * 2**20, "1.05 GB", "0.977 GiB"),
        (139 * 2**30, "149 GB", "139 GiB"),
        (2**62, "4.61 EB", "4 EiB"),
    ],
)
def test_sizes_have_the_unit_that_people_read(count, of_file, of_memory):
    assert bytes_in_words(count) == of_file
    assert memory_in_words(count) == of_memory
