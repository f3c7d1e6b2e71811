"""A callback for the Trainer of Hugging Face: the recorder, called at the end of each epoch."""

import math
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.epoch_callback import EpochCallback, base_of

_Callback = base_of(
    "TrainerCallback",
    ("transformers",),
    tr("Transformers is not installed: install it with 'pip install transformers'."),
)


class NeuralCollapseRecorder(EpochCallback, _Callback):  # type: ignore[misc, valid-type]
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

    Notes
    -----
    Of several processes the first one records. Where FSDP has spread the weights, all of them
    bring these together in the first.
    """

    def __init__(
        self, out: str | Path, *, data: Any = None, every: int = 1, **options: Any
    ) -> None:
        super().__init__(out, data, every, options)

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **given: Any) -> None:
        """Make the recorder and record the network before training."""
        if not self._takes_part(given["model"], state.is_world_process_zero):
            return
        data = self._data if self._data is not None else given.get("train_dataloader")
        if data is None:
            raise UserError(tr("The trainer tells no training data: give them as data=."))
        self._begin(given["model"], data, _epochs(state))

    def on_epoch_end(self, _args: Any, state: Any, _control: Any, **_given: Any) -> None:
        """Record the epoch that ends."""
        rate = _last(state, "learning_rate")
        self._record(_epochs(state), loss=_last(state, "loss"), learning_rate=rate)

    def on_train_end(self, *_of_the_training: Any, **_given: Any) -> None:
        """End the run."""
        self._end()


def _epochs(state: Any) -> int:
    """Return how many epochs have begun so far: the last one may be cut short."""
    return math.ceil((state.epoch or 0) - 1e-6)


def _last(state: Any, name: str) -> Any:
    """Return what the trainer logged last under a name."""
    return next((entry[name] for entry in reversed(state.log_history) if name in entry), None)
