"""Functions of the user's own code: imported only after she has said yes."""

import contextlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.torchvision import load_torchvision


def load_function(spec: str, *, trusted: bool) -> Callable[..., Any]:
    """Import 'package.module:function', looking in the current folder too, or 'file.py:function'.

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
    module_name, _, name = spec.rpartition(":")
    if not trusted:
        raise UserError(
            tr(
                "{spec} is code that would run on this computer: say yes to it with --yes.",
                spec=spec,
            )
        )
    # The user's code often imports torchvision, which some pairs of builds make fail.
    with contextlib.suppress(UserError):
        load_torchvision()
    try:
        if module_name.endswith(".py"):
            module = _import_file(Path(module_name).expanduser())
        else:
            _look_in(os.getcwd())
            module = importlib.import_module(module_name)
    except UserError:
        raise
    except ModuleNotFoundError as error:
        if error.name and module_name.startswith(error.name):
            raise UserError(
                tr(
                    "There is no module {module_name} in {getcwd} or among the installed packages.",
                    module_name=module_name,
                    getcwd=os.getcwd(),
                )
            ) from error
        raise UserError(
            tr(
                "{module_name} cannot be imported: {error}.",
                module_name=module_name,
                error=reason(error),
            )
        ) from error
    except (Exception, SystemExit) as error:
        raise UserError(
            tr(
                "{module_name} cannot be imported: {error}.",
                module_name=module_name,
                error=_what(error),
            )
        ) from error
    function = getattr(module, name, None)
    if not callable(function):
        raise UserError(
            tr(
                "The module {module_name} has no function {name}.",
                module_name=module_name,
                name=name,
            )
        )
    return function  # type: ignore[no-any-return]


def _look_in(folder: str) -> None:
    if folder not in sys.path:
        sys.path.insert(0, folder)
    importlib.invalidate_caches()


def _import_file(path: Path) -> ModuleType:
    """Import a file by its place, so that no other module of its name comes in between."""
    if not path.is_file():
        raise UserError(tr("There is no file {path}: check its path.", path=path))
    path = path.resolve()
    known = sys.modules.get(path.stem)
    if known is not None and getattr(known, "__file__", None) == str(path):
        return known
    _look_in(str(path.parent))  # for what it imports from beside it
    name = path.stem if known is None else tr("{stem} at {path}", stem=path.stem, path=path)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None  # its name ends in '.py'
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def call_users_code(spec: str, function: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
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
        raise UserError(tr("{spec} failed: {error}.", spec=spec, error=_what(error))) from error


def _what(error: BaseException) -> str:
    return f"{type(error).__name__}: {reason(error)}" if str(error) else type(error).__name__
