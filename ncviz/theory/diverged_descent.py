"""What is raised where a descent has left the finite numbers."""

from ncviz.errors import UserError
from ncviz.language import tr


class DivergedDescentError(UserError):
    """A model has left the finite numbers.

    Parameters
    ----------
    step : int
        Where.
    """

    def __init__(self, step: int) -> None:
        super().__init__(tr("The model diverged at step {step}: take smaller steps.", step=step))
        self.step = step
