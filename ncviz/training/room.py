"""Whether memory and disk suffice for a training, as far as that is certain before it begins."""

import contextlib
import os
import shutil
import sys
from pathlib import Path

from ncviz.errors import FullError, UserError
from ncviz.language import tr
from ncviz.runs.manifest import Manifest
from ncviz.training.forecast import forecast
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recipe import Recipe
from ncviz.wording import memory_in_words

_NUMBER, _DOUBLE, _HALF = 4, 8, 2  # bytes


def computer_memory() -> int:
    """Return how many bytes of memory this computer has; 0 if it does not tell."""
    memory = 0
    if sys.platform == "win32":
        import ctypes

        kibibytes = ctypes.c_ulonglong()
        ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kibibytes))
        memory = kibibytes.value * 2**10
    else:
        with contextlib.suppress(ValueError, OSError):
            memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return memory


def needed_memory(recipe: Recipe) -> int:
    """Return how many bytes a training takes at least.

    Weights with their gradients and what the optimiser remembers; the images; and what a batch
    leaves for its gradient, or all samples behind the widest block when they are measured.

    Parameters
    ----------
    recipe : Recipe
        Checked, of a known data set.
    """
    coming = forecast(recipe)
    samples = sum(coming.counts)
    behind = recipe.architecture.sizes(recipe.shape)
    weights = coming.parameters * (2 + optimizers()[recipe.optimizer].remembers)
    batch = min(recipe.batch_size, samples) * sum(behind)
    return _NUMBER * (weights + samples * coming.inputs + max(batch, samples * max(behind)))


def require_memory(recipe: Recipe, total: int, where: str) -> None:
    """Refuse a training that the memory cannot hold.

    Parameters
    ----------
    recipe : Recipe
    total : int
        Bytes that there are; 0 if that is unknown.
    where : str
        Whose memory it is.

    Raises
    ------
    UserError
        How much it needs at least, how much there is, and which parameters to lower.
    """
    needed = needed_memory(recipe)
    if 0 < total < needed:
        raise UserError(
            tr(
                "The recipe needs {needed} of memory at least and {where} has "
                "{total}: lower images_per_class, image_size or batch_size, or choose a "
                "smaller network or another optimizer.",
                needed=memory_in_words(needed),
                where=where,
                total=memory_in_words(total),
            )
        )


def require_disk(out: Path, manifest: Manifest, drawn: int) -> None:
    """Refuse to record more than there is room for.

    Parameters
    ----------
    out : Path
        The run's folder, which need not be there.
    manifest : Manifest
        Of the run.
    drawn : int
        Samples that are drawn.

    Raises
    ------
    FullError
        How much it takes at least, how much is free, and what to change.
    """
    classes, splits = manifest.classes, 2 + len(manifest.splits)
    spans = sum(min(layer.width, classes - 1) for layer in manifest.layers)
    needed = len(manifest.recorded) * spans * (_DOUBLE * classes * splits + _HALF * drawn)
    place = next(each for each in (out, *out.absolute().parents) if each.exists())
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return
    if needed > free:
        raise FullError(
            tr(
                "The run takes {needed} on the disk at least and {free} are "
                "free at {place}: record fewer epochs (record), draw fewer samples "
                "(probe_per_class), or choose another folder.",
                needed=memory_in_words(needed),
                free=memory_in_words(free),
                place=place,
            )
        )
