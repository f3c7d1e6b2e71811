"""What is said when a training ends, or before a window that closes ends it."""

from ncviz.language import tr

FAREWELL = tr("A training is under way: stop it, keep what was recorded, and close?")
ENDS = {
    "finished": tr("The training is finished and its run is kept."),
    "stopped": tr("The training was stopped; what was recorded is kept, and Resume goes on."),
    "cancelled": tr("The training was cancelled and its run removed."),
}
ENDS_OF_REPEATS = {
    "finished": tr("All seeds are trained; their runs are kept and open as one."),
    "stopped": tr(
        "The training was stopped; what was recorded is kept, and its seeds open as one."
    ),
}
