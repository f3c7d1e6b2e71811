from dataclasses import replace

import pytest
import safetensors.numpy
import torch
from emulated_device import emulated  # noqa: F401 - a fixture
from patience import Patience

from ncviz.jobs.control import Control
from ncviz.jobs.messages import Failed, Finished
from ncviz.parameters import changed
from ncviz.runs.snapshot import to_bytes
from ncviz.training import recorded_training
from ncviz.training.device import training_threads
from ncviz.training.recipe import Recipe
from ncviz.training.recorded_training import record
from ncviz.training.trainer import Step, train


@pytest.fixture(autouse=True, scope="session")
def _threads_of_a_training():
    torch.set_num_threads(training_threads())


@pytest.fixture
def recipe():
    """The published recipe, shortened."""
    short = Recipe(images_per_class=20, epochs=6, record="all", probe_per_class=5)
    return changed(short, width=30)


@pytest.fixture
def endless(recipe):
    """A recipe that no test waits to finish."""
    return replace(recipe, epochs=100_000)


@pytest.fixture
def stop_after(monkeypatch):
    """Record, and stop after so many steps of the training itself, in the midst of an epoch.

    What is told of it may come later than its end, where the snapshots are measured beside it.
    """

    def stop(steps, recipe, out, **ways):
        control = Control()

        def counted(*arguments, **keywords):
            seen = 0
            for event in train(*arguments, **keywords):
                seen += isinstance(event, Step)
                if seen == steps:
                    control.stop()
                yield event

        with monkeypatch.context() as patched:
            patched.setattr(recorded_training, "train", counted)
            assert record(recipe, out, control=control, **ways) == "stopped"

    return stop


@pytest.fixture
def content():
    """Return everything in a snapshot, to compare bit for bit."""

    def read(snapshot):
        arrays = safetensors.numpy.load(to_bytes(snapshot))
        return dict(snapshot.scalars), {
            name: (array.dtype, array.shape, array.tobytes()) for name, array in arrays.items()
        }

    return read


@pytest.fixture
def poll_until():
    """Poll a runner until a message fits, and return all messages up to then."""

    def wait(runner, fits):
        messages, patience = [], Patience()
        while not patience.is_over:
            new = runner.poll(timeout=1.0)
            messages += new
            if any(fits(message) for message in new):
                return messages
        raise AssertionError(f"no such message: {messages[-5:]}")

    return wait


@pytest.fixture
def poll_to_end(poll_until):
    return lambda runner: poll_until(runner, lambda m: isinstance(m, Finished | Failed))
