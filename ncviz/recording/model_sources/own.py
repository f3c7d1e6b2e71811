"""Networks of ncviz's own: by the recipe of their training, or by its run."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.model_source import ModelSource

if TYPE_CHECKING:
    from ncviz.recording.recorded_network import RecordedNetwork
    from ncviz.recording.state_dicts import State
    from ncviz.training.recipe import Recipe


def _by_recipe(
    name: str, _arguments: Mapping[str, Any], tensors: "State", classes: int
) -> "RecordedNetwork":
    from ncviz.training.recipe_file import read_recipe

    return _built(read_recipe(Path(name).expanduser()), tensors, classes)


def _by_run(
    name: str, _arguments: Mapping[str, Any], tensors: "State", classes: int
) -> "RecordedNetwork":
    from ncviz.runs.manifest import FILE_NAME, read_manifest
    from ncviz.training.recipe_file import recipe_from_dict

    path = Path(name).expanduser()
    manifest = read_manifest(path if path.name == FILE_NAME else path / FILE_NAME)
    if "kind" in manifest.recipe:  # such as of checkpoints or of a file of arrays
        raise UserError(
            tr(
                "The run {path} holds no recipe of ncviz, for ncviz did not train its network: "
                "name the model itself, such as torchvision:resnet18 or FILE.py:function.",
                path=path,
            )
        )
    return _built(
        recipe_from_dict(manifest.recipe, tr("The run {path}", path=path)), tensors, classes
    )


def _built(recipe: "Recipe", tensors: "State", classes: int) -> "RecordedNetwork":
    from ncviz.recording.recorded_network import RecordedNetwork  # loads torch

    *_, last = recipe.whole_network.layers()
    head = next((t for n, t in tensors.items() if n.endswith(f"{last}.weight")), None)
    classes = int(head.shape[0]) if head is not None and head.ndim == 2 else classes
    network = recipe.whole_network.build(recipe.shape, classes)
    return RecordedNetwork(network, recipe.architecture.short, {}, recipe=recipe.to_dict())


RECIPE = ModelSource(
    name="recipe", words=tr("recipe:FILE.toml"), build=_by_recipe, takes_arguments=False, order=4
)
RUN = ModelSource(name="run", words=tr("run:FOLDER"), build=_by_run, takes_arguments=False, order=5)
