"""One name is one thing."""

import ast
from collections import defaultdict
from pathlib import Path

import ncviz

SHARED = {
    "NeuralCollapseRecorder": "a callback for Lightning and one for Hugging Face, each imported by "
    "whoever uses that library",
    "Parameters": "those of a theory model, in the one file that declares it",
}


def test_no_two_public_classes_share_a_name():
    package = Path(ncviz.__file__).parent
    homes = defaultdict(list)
    for path in sorted(package.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(str(path.relative_to(package)))
    shared = {name: paths for name, paths in homes.items() if len(paths) > 1}
    assert {name: paths for name, paths in shared.items() if name not in SHARED} == {}
    assert shared.keys() == SHARED.keys(), "an exception that is none any more"
    assert all(Path(path).parts[0] == "models" for path in shared["Parameters"])
