"""Puts the guide and the pictures that it shows into the wheel."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GuideHook(BuildHookInterface):
    """Adds the documents that Help opens offline."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name their files before the wheel is made; an editable install reads them in docs/."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "freeze"))
        from guide import guide_files

        build_data["force_include"].update(guide_files(Path(self.root)))
