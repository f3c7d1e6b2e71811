"""The one way ncviz imports torchvision."""

import importlib
import sys
import threading
from types import ModuleType
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr

_lock = threading.Lock()
# torch withdraws the declarations when their library object dies.
_declarations: list[Any] = []


def load_torchvision() -> ModuleType:
    """Return torchvision, imported so that its models and data sets work.

    A torchvision built for CUDA beside a torch built for the CPU fails to load
    its operators and then stops its own import (pytorch/vision issues 9077 and
    9085). Only in that case the missing operators are declared, without code,
    and the import is repeated: models, data sets and transforms then work,
    ``torchvision.ops`` does not. A healthy torchvision is left alone.

    Returns
    -------
    module
        The imported torchvision package.

    Raises
    ------
    UserError
        If torchvision, or the torch it needs, is not installed.
    """
    with _lock:
        try:
            return importlib.import_module("torchvision")
        except ImportError as error:
            raise UserError(
                tr(
                    "torchvision cannot be imported ({error}): "
                    "install torch and torchvision from the same source.",
                    error=error,
                )
            ) from error
        except RuntimeError as error:
            if "operator torchvision::nms does not exist" not in str(error):
                raise
        _forget_torchvision()
        _declare_operators()
        return importlib.import_module("torchvision")


def _forget_torchvision() -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == "torchvision"]:
        del sys.modules[name]


def _declare_operators() -> None:
    if _declarations:
        return
    library = importlib.import_module("torch.library").Library("torchvision", "FRAGMENT")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declarations.append(library)
