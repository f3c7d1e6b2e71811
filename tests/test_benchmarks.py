"""What the benchmarks take from ncviz is there."""

import ast
import importlib
from importlib.util import find_spec
from pathlib import Path

BENCHMARKS = sorted((Path(__file__).parent.parent / "benchmarks").glob("*.py"))


def test_benchmarks_import_what_there_is():
    taken = {
        (path.name, node.module, name.name)
        for path in BENCHMARKS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "ncviz"
        for name in node.names
    }
    assert {"freezes.py", "networks.py"} <= {path for path, _, _ in taken}
    for path, module, name in sorted(taken):
        there = hasattr(importlib.import_module(module), name) or find_spec(f"{module}.{name}")
        assert there, f"{path}: {module}.{name}"
