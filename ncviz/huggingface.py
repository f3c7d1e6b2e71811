"""A callback for the Trainer of Hugging Face: the recorder, called at the end of each epoch."""

import math
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.recording.recorder import Recorder


def _callback() -> type:
    """Return the class that callbacks inherit from."""
    try:
        module = __import__("transformers", fromlist=["TrainerCallback"])
    except ImportError as error:
        raise UserError(
            "Transformers is not installed: install it with 'pip install transformers'."
        ) from error
    found: type = module.TrainerCallback
    return found


class NeuralCollapseRecorder(_callback()):  # type: ignore[misc]
    """Records a run while a Trainer of Hugging Face trains.

    Parameters
    ----------
    out : str or Path
        The run's folder; it must not yet hold anything, unless `resume` is given.
    data : optional
        See `Recorder`; the trainer's training data by default.
    every : int, optional
        Epochs from one record to the next.
    **options : Any
        Of `Recorder`.
    """

    def __init__(
        self, out: str | Path, *, data: Any = None, every: int = 1, **options: Any
    ) -> None:
        super().__init__()
        self._out = out
        self._data = data
        self._every = every
        self._options = options
        self._recorder: Recorder | None = None

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **given: Any) -> None:
        """Make the recorder and record the network before training."""
        if not state.is_world_process_zero:
            return
        data = self._data if self._data is not None else given.get("train_dataloader")
        if data is None:
            raise UserError("The trainer tells no training data: give them as data=.")
        self._recorder = Recorder(self._out, given["model"], data, unit="epoch", **self._options)
        epoch = _epochs(state)
        if epoch == 0 or not self._options.get("resume"):
            self._recorder.record(epoch)

    def on_epoch_end(self, _args: Any, state: Any, _control: Any, **_given: Any) -> None:
        """Record the epoch that ends."""
        epoch = _epochs(state)
        if self._recorder is not None and epoch % self._every == 0:
            self._recorder.record(
                epoch, loss=_last(state, "loss"), learning_rate=_last(state, "learning_rate")
            )

    def on_train_end(self, *_of_the_training: Any, **_given: Any) -> None:
        """End the run."""
        if self._recorder is not None:
            self._recorder.close()


def _epochs(state: Any) -> int:
    """Return how many epochs have begun so far: the last one may be cut short."""
    return math.ceil((state.epoch or 0) - 1e-6)


def _last(state: Any, name: str) -> Any:
    """Return what the trainer logged last under a name."""
    return next((entry[name] for entry in reversed(state.log_history) if name in entry), None)
