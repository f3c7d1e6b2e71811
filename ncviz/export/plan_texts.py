"""What is written for a figure or a film, read."""

import math

from ncviz.errors import UserError


def millimetres(text: str) -> float:
    """Return a length such as '85mm', '8.5cm', '3.3in' or '85' in millimetres; 0 if empty.

    Raises
    ------
    UserError
        If it is none.
    """
    if not text:
        return 0.0
    plain = text.strip().lower()
    for unit, factor in (("mm", 1.0), ("cm", 10.0), ("in", 25.4), ("pt", 25.4 / 72), ("", 1.0)):
        if plain.endswith(unit):
            try:
                value = float(plain.removesuffix(unit)) * factor
            except ValueError:
                break
            if math.isfinite(value) and value > 0:
                return value
            break
    raise UserError(f"The length {text!r} is not understood: write 85mm, 8.5cm or 3.3in.")


def whole_numbers(text: str, what: str) -> tuple[int, ...]:
    """Return the numbers of a text such as '0,5,20'.

    Raises
    ------
    UserError
        If they are none.
    """
    try:
        return tuple(int(word) for word in text.replace(",", " ").split())
    except ValueError:
        raise UserError(f"The {what} {text!r} are not whole numbers: write 0,5,20.") from None
