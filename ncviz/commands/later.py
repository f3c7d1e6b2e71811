"""What takes time to import is imported when it is asked for."""

import argparse
import importlib
from collections.abc import Callable
from typing import Any, NoReturn

from ncviz.viewer import need_torch
from ncviz.wording import visible_line

Command = Callable[[argparse.Namespace], int]


class LaterParser(argparse.ArgumentParser):
    """A parser whose options are added when it is used, and which says in a sentence what is wrong.

    Its verbs are such parsers, too.
    """

    add: Callable[[argparse.ArgumentParser], None] | None = None

    def parse_known_args(self, *given: Any, **named: Any) -> Any:
        """Read the options."""
        self._fill()
        return super().parse_known_args(*given, **named)

    def format_help(self) -> str:
        """Return what they are."""
        self._fill()
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """End with one sentence: dozens of options above it would hide it."""
        said = f"{self.prog}: {message}; '{self.prog} --help' lists what there is."
        self.exit(2, f"{visible_line(said)}\n")

    def _fill(self) -> None:
        add, self.add = self.add, None
        if add is not None:
            add(self)


def later(name: str, module: str = "", *, needs_torch: bool = False) -> Command:
    """Return what carries a command out by the function of its name.

    Parameters
    ----------
    name : str
    module : str, optional
        Of `ncviz.commands`; by default the one of that name.
    needs_torch : bool, optional
        Whether it is refused where there is no torch.
    """

    def command(parsed: argparse.Namespace) -> int:
        if needs_torch:
            need_torch()
        home = importlib.import_module(f"ncviz.commands.{module or name}")
        return int(getattr(home, name)(parsed))

    return command
