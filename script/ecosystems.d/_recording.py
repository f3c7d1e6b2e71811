"""What the cases share: a recording of checkpoints on the digits of scikit-learn."""

from pathlib import Path
from typing import Any

from ncviz.parameters import changed
from ncviz.recording.plan import RecordPlan
from ncviz.recording.record_checkpoints import record_checkpoints


def record(model: str, checkpoints: Path, folder: Path, **choices: Any) -> Path:
    """Record checkpoints as `ncviz record` does, and return the folder of the run."""
    plan = RecordPlan(
        model=model,
        checkpoints=(str(checkpoints),),
        data="digits",
        per_class=2,
        probe_per_class=2,
        split="train",
    )
    record_checkpoints(changed(plan, choices), folder / "run")
    return folder / "run"
