"""Which epochs a recipe records."""

from ncviz.errors import UserError
from ncviz.language import tr


def recorded_epochs(record: str, epochs: int) -> tuple[int, ...]:
    """Return which of the epochs 0…`epochs` the text `record` asks for.

    Parameters
    ----------
    record : str
        See `Recipe.record`.
    epochs : int
        The last epoch.

    Raises
    ------
    UserError
        If the text cannot be understood.
    """
    words = record.replace(",", " ").split()
    try:
        if words == ["default"]:
            wanted = _default_epochs(epochs)
        elif words == ["all"]:
            wanted = set(range(epochs + 1))
        elif len(words) == 2 and words[0] == "every" and int(words[1]) > 0:
            wanted = set(range(0, epochs + 1, int(words[1])))
        else:
            wanted = {int(word) for word in words}
            if not wanted or min(wanted) < 0 or max(wanted) > epochs:
                raise ValueError(record)
    except ValueError:
        raise UserError(
            tr(
                "The recipe's record is {record!r}: write default, all, every 10, or a list "
                "of epochs from 0 to {epochs} such as 0, 1, 10.",
                record=record,
                epochs=epochs,
            )
        ) from None
    return tuple(sorted(wanted | {epochs}))


def _default_epochs(epochs: int) -> set[int]:
    """Dense where the picture changes fastest, then evenly, some 40 in all at 600 epochs."""
    early = {0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 26, 30, 35, 40, 46, 52, 60, 70, 80, 90}
    stride = max(1, round(epochs / 20))
    return {e for e in early if e <= epochs} | set(range(0, epochs + 1, stride))
