"""A process ends with its own status, also where a thread goes on that takes Python's lock."""

import subprocess
import sys

PROGRAM = """
import atexit
from ncviz.jobs.leaving import expect_threads, leave_beside_threads

if {expected}:
    expect_threads("of a library")
atexit.register(print, "all is done")
print("said", flush=False)
leave_beside_threads({status})
print("returned")
"""


def _run(expected, status):
    program = PROGRAM.format(expected=expected, status=status)
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )


def test_it_says_and_does_all_before_it_leaves():
    done = _run(expected=True, status=3)
    assert done.returncode == 3
    assert done.stdout.split("\n") == ["said", "all is done", ""]
    assert done.stderr == ""


def test_without_such_threads_it_goes_on():
    done = _run(expected=False, status=3)
    assert done.returncode == 0
    assert done.stdout.split("\n") == ["said", "returned", "all is done", ""]
