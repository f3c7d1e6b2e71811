"""What recording says is said in the dialog, too, where there are fields and no options."""

import ast
from pathlib import Path

import pytest

import ncviz.recording
from ncviz.desktop.recording.dialog_step import in_fields


def sentences():
    """Yield the sentences of recording that name an option; what is filled in stands as 'x.pt'."""
    for path in sorted(Path(ncviz.recording.__file__).parent.glob("*.py")):
        if path.stem == "torchrun":  # which starts no dialog
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        skipped = {
            id(n.body[0].value)
            for n in ast.walk(tree)
            if isinstance(n, documented) and n.body and isinstance(n.body[0], ast.Expr)
        }
        for whole in (n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr)):
            skipped |= {id(part) for part in whole.values}
        for node in ast.walk(tree):
            if id(node) in skipped or not isinstance(node, ast.Constant | ast.JoinedStr):
                continue
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            words = "".join(str(p.value) if isinstance(p, ast.Constant) else "x.pt" for p in parts)
            if " --" in words and not words.startswith("--"):
                yield words.replace("--{name}", "--pixel-range")


@pytest.mark.parametrize("sentence", sorted(set(sentences())))
def test_no_sentence_names_an_option_that_the_dialog_lacks(sentence):
    assert "--" not in in_fields(sentence)
