"""Functions of the user's own code: imported only after she has said yes."""

import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from ncviz.errors import UserError, reason
from ncviz.torchvision import load_torchvision


def load_function(spec: str, *, trusted: bool) -> Callable[..., Any]:
    """Import 'package.module:function', looking in the current folder too.

    Parameters
    ----------
    spec : str
    trusted : bool
        Whether the user has agreed that this code runs.

    Raises
    ------
    UserError
        If she has not, or it cannot be imported.
    """
    module_name, _, name = spec.partition(":")
    if not trusted:
        raise UserError(
            f"{spec} is code that would run on this computer: say yes to it with --yes."
        )
    here = os.getcwd()
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    importlib.invalidate_caches()
    # The user's code often imports torchvision, which some pairs of builds make fail.
    with contextlib.suppress(UserError):
        load_torchvision()
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and module_name.startswith(error.name):
            raise UserError(
                f"There is no module {module_name} in {here} or among the installed packages."
            ) from error
        raise UserError(f"{module_name} cannot be imported: {reason(error)}.") from error
    except (Exception, SystemExit) as error:
        raise UserError(f"{module_name} cannot be imported: {_what(error)}.") from error
    function = getattr(module, name, None)
    if not callable(function):
        raise UserError(f"The module {module_name} has no function {name}.")
    return function  # type: ignore[no-any-return]


def call(spec: str, function: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
    """Call the user's function; what it raises becomes a sentence.

    Raises
    ------
    UserError
        If it raises.
    """
    try:
        return function(*args, **arguments)
    except UserError:
        raise
    except (Exception, SystemExit) as error:
        raise UserError(f"{spec} failed: {_what(error)}.") from error


def _what(error: BaseException) -> str:
    return f"{type(error).__name__}: {reason(error)}" if str(error) else type(error).__name__
