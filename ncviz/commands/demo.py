"""`ncviz demo`: the demonstration without a window."""

import argparse

from ncviz.assets import asset
from ncviz.errors import UserError
from ncviz.export.picture import epochs_figure, provenance, save_png
from ncviz.export.tables import save_metrics_csv
from ncviz.runs.run import Run
from ncviz.scenes.view import View


def demo(parsed: argparse.Namespace) -> int:
    """Draw the demonstration at three epochs and save its numbers.

    Raises
    ------
    UserError
        If the folder cannot be written or there is no OpenGL.
    """
    run, out = Run(asset("demonstration")), parsed.out
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {out} cannot be made: {error.strerror}.") from error
    figure, table = out / "demonstration.png", out / "demonstration.csv"
    save_metrics_csv(run, table)
    view = View()
    middle = min(run.epochs, key=lambda epoch: abs(epoch - 10))
    image = epochs_figure(run, view, (run.epochs[0], middle, run.epochs[-1]))
    save_png(image, figure, provenance(run, view))
    print(
        f"{run.manifest.title}, {run.counting.named_all((run.epochs[0], middle, run.epochs[-1]))}:"
    )
    print(f"  figure   {figure}")
    print(f"  numbers  {table}")
    return 0
