"""What the benchmarks take from ncviz is there."""

import ast
import importlib
from pathlib import Path

import pytest

BENCHMARKS = sorted((Path(__file__).parent.parent / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_a_benchmark_imports_what_there_is(path):
    imports = [node for node in ast.walk(ast.parse(path.read_text())) if hasattr(node, "names")]
    taken = [
        (node.module, name.name)
        for node in imports
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "ncviz"
        for name in node.names
    ]
    for module, name in taken:
        found = importlib.import_module(module)
        assert hasattr(found, name) or importlib.import_module(f"{module}.{name}"), name
    assert taken
