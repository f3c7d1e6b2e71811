"""Who comes first where all want a core."""

import os
import subprocess
import sys

import pytest


@pytest.mark.skipif(not hasattr(os, "nice"), reason="there is no niceness here")
def test_a_process_gives_way():
    script = "import os; from ncviz.processes import give_way; give_way(); print(os.nice(0))"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert int(answer.stdout) == min(19, os.nice(0) + 5)
