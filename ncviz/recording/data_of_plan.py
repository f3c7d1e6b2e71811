"""The data that a plan names, and the samples of a run of ncviz's own."""

from dataclasses import replace
from typing import Any

from ncviz.measuring.peers import ALONE, Peers
from ncviz.recording.further_data import with_further
from ncviz.recording.labelled_data import Labelled, Source
from ncviz.recording.pixels import PixelRange
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import parse_pixel_range
from ncviz.recording.samples import Samples
from ncviz.recording.sources import load_source


def load_data(plan: RecordPlan) -> Source | None:
    """Return the data of a plan; None for those of a run of ncviz's own.

    Raises
    ------
    UserError
        If they cannot be read.
    """
    if plan.data in ("recipe", "run"):
        return None
    ends = parse_pixel_range(plan.pixel_range)
    pixels = None if ends is None else PixelRange(*ends)
    source = load_source(
        plan.data,
        plan.data_folder,
        trusted=plan.trusted,
        pixels=pixels,
        features=plan.features,
        labels=plan.labels,
    )
    return with_further(source, plan.splits, trusted=plan.trusted, pixels=pixels)


def own_samples(plan: RecordPlan, recipe: Any, channels: int, peers: Peers = ALONE) -> "Samples":
    """Return the samples of a run of ncviz's own, standardised as they were for the training."""
    from ncviz.data.inputs import mean_and_std
    from ncviz.training.recipe_file import recipe_from_dict
    from ncviz.training.recipe_samples import choose_images

    made = recipe_from_dict(recipe)
    chosen = choose_images(made).data
    mean, deviation = mean_and_std(chosen.train, made.image_size)
    own, held_out = map(Labelled.of_images, (chosen.train, chosen.test))
    source = Source(chosen.title, chosen.train.class_names, own, held_out)
    source = with_further(source, plan.splits, trusted=plan.trusted)
    changed = replace(
        plan,
        size=made.image_size,
        normalise=f"{mean!r}/{deviation!r}",
        per_class=max(2, *chosen.train.counts),
        seed=made.seed,
    )
    return Samples(changed, source, channels, exact=True, peers=peers)
