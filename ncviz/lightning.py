"""A callback for Lightning: the recorder, called at the end of each epoch."""

from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.epoch_callback import EpochCallback, base_of

_Callback = base_of(
    "Callback",
    ("lightning.pytorch.callbacks", "pytorch_lightning.callbacks"),
    tr("Lightning is not installed: install it with 'pip install lightning'."),
)


class NeuralCollapseRecorder(EpochCallback, _Callback):  # type: ignore[misc, valid-type]
    """Records a run while a Lightning trainer trains.

    Parameters
    ----------
    out : str or Path
        The run's folder; it must not yet hold anything, unless `resume` is given.
    model : str, optional
        The attribute of the module that holds the network, such as 'model';
        the module itself, whose ``forward`` returns logits, by default.
    data : optional
        See `Recorder`; the trainer's training loader by default.
    every : int, optional
        Epochs from one record to the next.
    **options : Any
        Of `Recorder`.

    Notes
    -----
    Of several processes the first one records. Where `fully_shard` or `parallelize_module` has
    spread the weights in ``configure_model``, all of them bring these together in the first;
    weights of Lightning's ``FSDPStrategy`` are refused.
    """

    def __init__(
        self,
        out: str | Path,
        *,
        model: str = "",
        data: Any = None,
        every: int = 1,
        **options: Any,
    ) -> None:
        super().__init__(out, data, every, options)
        self._model = model

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Make the recorder and record the network before training."""
        around = type(getattr(getattr(trainer, "strategy", None), "model", None)).__name__
        if around == "FullyShardedDataParallel":  # which keeps weights that no part of it shows
            raise UserError(
                tr(
                    "Lightning's FSDPStrategy spreads the weights around the module, where they "
                    "cannot be gathered: use ModelParallelStrategy with fully_shard, or record "
                    "whole checkpoints with 'ncviz record'."
                )
            )
        if not self._takes_part(pl_module, trainer.is_global_zero):
            return
        network = pl_module
        for name in self._model.split(".") if self._model else ():
            network = getattr(network, name, None)
        if network is None:
            raise UserError(
                tr(
                    "The Lightning module has no {model!r}: name the attribute that holds the "
                    "network, or leave out model= for the module itself.",
                    model=self._model,
                )
            )
        data = trainer.train_dataloader if self._data is None else self._data
        if self._data is None and (
            isinstance(data, list | tuple | dict) or hasattr(data, "iterables")
        ):
            raise UserError(
                tr("The trainer has several training loaders: give one of them as data=.")
            )
        self._begin(network, data, trainer.current_epoch)

    def on_train_epoch_end(self, trainer: Any, _pl_module: Any) -> None:
        """Record the epoch that ends."""
        self._record(trainer.current_epoch + 1, loss=trainer.callback_metrics.get("train_loss"))

    def on_train_end(self, _trainer: Any, _pl_module: Any) -> None:
        """End the run."""
        self._end()

    def on_exception(self, _trainer: Any, _pl_module: Any, exception: BaseException) -> None:
        """End the run and say why."""
        stopped = isinstance(exception, KeyboardInterrupt)
        self._end("stopped" if stopped else "failed", str(exception)[:300])
