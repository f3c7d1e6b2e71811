"""Languages: each catalogue is whole, of today, and keeps what a text must keep."""

import ast
import json
import os
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from ncviz.language import CATALOGUES, ENGLISH, languages, named, tr, translated
from ncviz.lessons.lesson import Deed, Lesson, LessonStep, Question

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "script"))

from translations import as_mo, as_po, texts, updated  # noqa: E402

LANGUAGES = sorted(path.stem for path in CATALOGUES.glob("*.po"))


@pytest.fixture(scope="module")
def found() -> Catalog:
    """Return every text of the program."""
    return texts()


@pytest.fixture(params=LANGUAGES)
def catalogue(request) -> Catalog:
    """Return a language as it is kept."""
    with (CATALOGUES / f"{request.param}.po").open("rb") as file:
        return read_po(file, locale=request.param)


def _fields(text: str) -> set[tuple[str, str, str]]:
    parsed = string.Formatter().parse(text)
    # Of '{n:sample|samples}' each language has words of its own.
    return {
        (name, "|" if spec and "|" in spec else spec or "", how or "")
        for _, name, spec, how in parsed
        if name is not None
    }


def _tags(text: str) -> list[str]:
    return sorted(re.findall(r"</?[a-z]+", text))


def test_there_is_a_language_beside_english():
    assert languages() == (ENGLISH, *LANGUAGES)
    assert "de" in LANGUAGES


def test_a_catalogue_has_every_text_and_no_other(catalogue, found):
    """`script/translations` takes up new texts; whoever knows the language writes them."""
    wanted = {message.id for message in found if message.id}
    has = {message.id for message in catalogue if message.id}
    assert {"new": wanted - has, "gone": has - wanted} == {"new": set(), "gone": set()}
    assert [message.id for message in catalogue if message.id and not message.string] == []


def test_what_is_put_into_a_text_is_put_into_its_translation(catalogue):
    faults = [
        message.id
        for message in catalogue
        if message.id and _fields(message.id) != _fields(message.string)
    ]
    assert faults == []


def test_a_translation_has_the_markup_and_the_edges_of_its_text(catalogue):
    faults = [
        message.id
        for message in catalogue
        if message.id
        and (
            _tags(message.id) != _tags(message.string)
            or message.id[:1].isspace() != message.string[:1].isspace()
            or message.id[-1:].isspace() != message.string[-1:].isspace()
        )
    ]
    assert faults == []


def test_what_the_program_reads_is_compiled_of_what_translators_write(catalogue, found):
    path = CATALOGUES / f"{catalogue.locale}.po"
    today = updated(path, found)
    assert path.read_bytes() == as_po(today)
    assert path.with_suffix(".mo").read_bytes() == as_mo(today)


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "of 0 samples {a}"), (1, "of 1 sample {a}"), (1200, "of 1,200 samples {a}")],
)
def test_what_is_counted_is_in_number(count, said):
    assert tr("of {n:sample|samples} {a}", n=count, a="{a}") == said
    assert tr("{n:sample|samples}", n="2 to 3") == "2 to 3 samples"
    assert tr("{n:sample|samples}", n="{x}") == "{x} samples"


def test_english_is_as_it_stands():
    assert tr("{n:,} samples", n=1200) == "1,200 samples"
    assert tr("a {brace} without values") == "a {brace} without values"
    assert tr("") == ""
    assert named("key") == "key"


def _said(language: str, folder: Path, code: str, settings: object = None) -> str:
    """Return what a process of its own prints in a language."""
    (folder / "ncviz").mkdir(exist_ok=True)
    if settings is not None:
        (folder / "ncviz" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    environment = {**os.environ, "XDG_CONFIG_HOME": str(folder), "NCVIZ_LANGUAGE": language}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def test_a_process_speaks_the_language_of_its_environment_or_of_the_settings(tmp_path):
    code = "from ncviz.explorer.room_names import EXPLORE, ROOMS; from ncviz.language import tr; "
    code += "print(EXPLORE, tr(EXPLORE))"
    assert _said("", tmp_path, code) == "Explore Explore"
    assert _said("de", tmp_path, code) == "Explore Erkunden"
    assert _said("", tmp_path, code, {"language": "de"}) == "Explore Erkunden"
    assert _said("en", tmp_path, code, {"language": "de"}) == "Explore Explore"
    for wrong in ({"language": "xx"}, {"language": 3}, [1], "de"):
        assert _said("", tmp_path, code, wrong) == "Explore Explore"


def test_a_side_is_no_verdict_in_german(tmp_path):
    code = "from ncviz.explorer.comparison_words import SIDES; "
    code += "from ncviz.runs.sample_columns import RIGHT_OR_WRONG; print(*SIDES, *RIGHT_OR_WRONG)"
    assert _said("de", tmp_path, code) == "links rechts richtig erkannt falsch erkannt"
    assert _said("en", tmp_path, code) == "left right got right got wrong"


def test_nouns_keep_their_capital_within_a_german_sentence(tmp_path):
    code = "from ncviz.wording import lower_first; print(lower_first('Die Klassen'), "
    code += "lower_first('Klassen'))"
    assert _said("de", tmp_path, code) == "die Klassen Klassen"
    assert _said("en", tmp_path, code) == "die Klassen klassen"


def test_lessons_are_told_in_the_language(tmp_path):
    code = "from ncviz.lessons.catalogue import lessons; x = lessons()['simplex']; "
    code += "print(x.title, '|', x.steps[0].do.until)"
    german, english = (_said(language, tmp_path, code).split("|") for language in ("de", "en"))
    assert german[0].strip() == "Das Simplex"
    assert german[1] == english[1]  # a condition is for the program


def test_only_the_texts_that_are_named_are_translated(monkeypatch):
    monkeypatch.setattr("ncviz.language.tr", lambda text: f"<{text}>")
    step = LessonStep(
        say="See.", ask=Question(text="Which?", options=("A", "B")), do=Deed(say="Do.")
    )
    found = translated(Lesson(name="x", title="T", steps=(step,)), {"title", "say", "options"})
    assert (found.name, found.title) == ("x", "<T>")
    assert found.steps[0].say == "<See.>"
    assert found.steps[0].ask.options == ("<A>", "<B>")
    assert found.steps[0].ask.text == "Which?"
    assert found.steps[0].do.say == "<Do.>"


SHOWN = {"PlainLabel", "QPushButton", "QLabel", "Field", "SegmentedButtons", "ProgressButtons"} | {
    f"set{what}" for what in ("Text", "ToolTip", "AccessibleName", "PlaceholderText", "WindowTitle")
}
SAID = {"choices", "choice_tips", "label", "action", "meaning"}
NAMES = {"ReLU", "Tanh", "PDF", "SVG", "PNG"}  # are no words, or the same in all languages


def _bare(node: ast.expr) -> list[str]:
    """Return the texts that a value is made of, and that are not translated."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    inner = {
        ast.Dict: lambda: node.values,
        ast.Tuple: lambda: node.elts,
        ast.List: lambda: node.elts,
        ast.IfExp: lambda: [node.body, node.orelse],
        ast.BoolOp: lambda: node.values,
    }.get(type(node), list)()
    return [text for each in inner for text in _bare(each)]


def test_what_a_form_shows_is_translated():
    faults = []
    for path in sorted(CATALOGUES.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            shown = [*node.args] if called in SHOWN else []
            shown += [each.value for each in node.keywords if each.arg in SAID]
            faults += [
                f"{path.name}:{node.lineno}: {text}"
                for text in (text for value in shown for text in _bare(value))
                # What has formulas of TeX stands in the documents alone.
                if re.match(r"[A-Z][a-z]{2,}\b", text) and text not in NAMES and "$" not in text
            ]
    assert faults == []


# What matplotlib reads of its keywords: in another language it is no coordinate, side or line.
OF_LIBRARIES = {"textcoords", "xycoords", "transform", "va", "ha", "loc", "linestyle", "which"}


def test_no_word_that_a_library_reads_is_translated():
    translated_there = [
        f"{path.name}:{node.lineno} {each.arg}"
        for path in sorted((ROOT / "ncviz").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for each in node.keywords
        if each.arg in OF_LIBRARIES
        and isinstance(each.value, ast.Call)
        and isinstance(each.value.func, ast.Name)
        and each.value.func.id == "tr"
    ]
    assert translated_there == []


def test_what_ncviz_calls_layers_is_translated_and_what_models_call_theirs_is_not(tmp_path):
    code = "from ncviz.runs.layer_names import counted_layers, shortened_layer, tick_names; "
    code += "ours = ('input', 'layer 3', 'block 2', 'block 2, layer 1', 'embedding'); "
    code += "print(*map(shortened_layer, ours), *tick_names(('input', 'layer 1')), sep=' | '); "
    code += "print(*map(shortened_layer, ('layer3', 'inputs', 'my layer 3', 'block 2.1'))); "
    code += "print(counted_layers(('input', 'layer 1')))"
    german, english = (_said(language, tmp_path, code).splitlines() for language in ("de", "en"))
    assert german == [
        "Eingabe | Schicht 3 | Block 2 | Block 2, Schicht 1 | Einbettung | Eingabe | 1",
        "layer3 inputs my layer 3 block 2.1",
        "Eingabe, 1 verborgene Schicht, Klassifikator",
    ]
    assert english == [
        "input | layer 3 | block 2 | block 2, layer 1 | embedding | input | 1",
        "layer3 inputs my layer 3 block 2.1",
        "input, 1 hidden layer, classifier",
    ]


def test_names_stand_in_the_quotation_marks_of_the_language_and_are_no_terms(tmp_path):
    code = "from ncviz.terms import stretches_of; from ncviz.wording import quoted; "
    code += "from ncviz.concepts import CONCEPTS; term = CONCEPTS['class mean'].name; "
    code += "said = f'{quoted(term)}, {term}'; "
    code += "print(said, [part.key for part in stretches_of(said)])"
    assert _said("de", tmp_path, code) == "„Klassenmittel“, Klassenmittel ['', 'class mean']"
    assert _said("en", tmp_path, code) == "“Class mean”, Class mean ['', 'class mean']"


def test_moments_of_a_run_are_counted_in_the_language(tmp_path):
    code = "from ncviz.counting import Counting; "
    code += "from ncviz.desktop.rooms.explore.run_panel import recorded_words as said; "
    code += "print(said([0, 9]), said([9]), said([0, 4], Counting('epoch', 2)), sep=' | ')"
    assert _said("de", tmp_path, code) == "2 von 9 Epochen | 1 von 9 Epochen | 2 Aufnahmen"
    assert _said("en", tmp_path, code) == "2 of 9 epochs | 1 of 9 epochs | 2 snapshots"
