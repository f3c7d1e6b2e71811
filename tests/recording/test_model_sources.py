"""Networks of timm and of transformers are built by their names and settings, and no others."""

import json
import sys
from types import ModuleType, SimpleNamespace

import pytest
import safetensors.torch
import torch
from torch import nn

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.recording.build_model import build_model
from ncviz.recording.model_source import model_sources, source_of
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recorded_network import load_weights
from ncviz.runs.run import Run

WIDTH = 6


class Patched(nn.Module):
    """What timm's vision transformers are, as far as this is looked at."""

    def __init__(self, num_classes=1000, in_chans=3, img_size=16):
        super().__init__()
        self.patch_embed = nn.Module()
        self.patch_embed.proj = nn.Conv2d(in_chans, WIDTH, 4, 4)
        self.patch_embed.img_size = (img_size, img_size)
        self.patch_embed.grid_size = (img_size // 4, img_size // 4)
        self.patch_embed.patch_size = (4, 4)
        self.patch_embed.strict_img_size = True
        self.pos_embed = nn.Parameter(torch.zeros(1, (img_size // 4) ** 2, WIDTH))
        self.blocks = nn.Sequential(*(nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU()),) * 1)
        self.head = nn.Linear(WIDTH, num_classes)

    def forward(self, x):
        x = self.patch_embed.proj(x).flatten(2).transpose(1, 2) + self.pos_embed
        return self.head(self.blocks(x).mean(1))


@pytest.fixture
def timm(monkeypatch):
    """Put a library with timm's two functions in its place."""
    made = []

    def create_model(name, pretrained=True, **arguments):
        made.append((name, pretrained, arguments))
        return Patched(**arguments)

    fake = ModuleType("timm")
    fake.list_models = lambda: ["vit_tiny", "vit_small"]
    fake.create_model = create_model
    monkeypatch.setitem(sys.modules, "timm", fake)
    return made


def plan(model, **changes):
    return RecordPlan(model=model, checkpoints=("a",), data="digits", **changes)


def test_a_name_says_where_a_network_comes_from():
    assert {"torchvision", "timm", "hf", "recipe", "run"} <= set(model_sources())
    assert source_of("timm:resnet18")[1] == "resnet18"
    assert source_of("package.module:function") is None
    assert source_of("timm:") is None
    assert plan("timm:resnet18").runs_code == ()
    assert plan("hf:folder").runs_code == ()


@pytest.mark.parametrize("name", ["vit_tiny", "vit_tiny.augreg_in21k", "timm/vit_tiny.augreg"])
def test_timms_networks_are_built_as_their_weights_say(timm, name):
    state = Patched(num_classes=5, in_chans=1, img_size=8).state_dict()
    model = build_model(plan(f"timm:{name}"), {f"module.{n}": t for n, t in state.items()}, 10)
    assert load_weights(model, {f"module.{n}": t for n, t in state.items()}, "file") == ()
    assert model.arguments == {"num_classes": 5, "in_chans": 1, "img_size": 8}
    assert (model.channels, model.image_size) == (1, 8)
    assert "it takes 1 channel, as in the checkpoint" in model.notes
    assert "its positions are for images of 8×8" in model.notes
    assert all(each == ("vit_tiny", False) for each in {(n, p) for n, p, _ in timm})


def test_timm_fetches_nothing(timm):
    for name in ("hf-hub:somebody/net", "local-dir:net", "vit_huge"):
        with pytest.raises(UserError, match="timm has no classifier"):
            build_model(plan(f"timm:{name}"), {}, 10)
    for argument in ("pretrained", "checkpoint_path", "pretrained_cfg"):
        with pytest.raises(UserError, match=f"{argument} cannot be given"):
            build_model(plan("timm:vit_tiny", model_args={argument: "x"}), {}, 10)
    assert timm == []


@pytest.mark.parametrize(("model", "name"), [("timm:resnet18", "timm"), ("hf:", "transformers")])
def test_a_library_that_is_absent_is_named(tmp_path, monkeypatch, model, name):
    monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "config.json").write_text('{"model_type": "vit"}')
    asked = plan(f"hf:{tmp_path}" if model == "hf:" else model)
    with pytest.raises(UserError, match=rf"{name} cannot be imported .*pip install 'ncviz\[{name}"):
        build_model(asked, {}, 10)


# Hugging Face


class Classifier(nn.Module):
    """An image classifier as transformers builds them from settings."""

    base_model_prefix = "net"

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.net = nn.Module()
        self.net.embeddings = nn.Linear(64 * config.num_channels, config.hidden_size)
        count = config.num_hidden_layers
        self.net.layer = nn.ModuleList(
            nn.Sequential(nn.Linear(config.hidden_size, config.hidden_size), nn.ReLU())
            for _ in range(count)
        )
        self.classifier = nn.Linear(config.hidden_size, len(config.id2label))

    def forward(self, x):
        x = self.net.embeddings(x.flatten(1))
        for layer in self.net.layer:
            x = layer(x)
        return SimpleNamespace(logits=self.classifier(x)).__dict__


CONFIG = {
    "model_type": "small",
    "architectures": ["SmallForImageClassification"],
    "num_channels": 1,
    "hidden_size": WIDTH,
    "num_hidden_layers": 2,
    "id2label": {str(k): f"class {k}" for k in range(10)},
    "auto_map": {"AutoModel": "evil.Model"},
    "_name_or_path": "/somewhere/else",
    "attn_implementation": "kernels-community/anything",
}


@pytest.fixture
def transformers(monkeypatch):
    """Put a library with what is used of transformers in its place."""
    given = []

    def for_model(model_type, **settings):
        given.append(settings)
        return SimpleNamespace(model_type=model_type, **settings)

    fakes = {name: ModuleType(name) for name in _NAMES}
    top = fakes["transformers"]
    top.AutoConfig = SimpleNamespace(for_model=for_model)
    top.SmallForImageClassification = Classifier
    verbosity = SimpleNamespace(
        get_verbosity=lambda: 30, set_verbosity_error=lambda: None, set_verbosity=lambda _: None
    )
    top.utils = SimpleNamespace(logging=verbosity)
    auto = fakes["transformers.models.auto.modeling_auto"]
    auto.MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES = {"small": "SmallForImageClassification"}
    core = fakes["transformers.core_model_loading"]
    core.WeightRenaming = tuple
    core.rename_source_key = lambda name, changes, *_: (name.replace(*changes[0]), None)
    mapping = fakes["transformers.conversion_mapping"]
    mapping.get_model_conversion_mapping = lambda _: [("encoder.layer", "layer")]
    for name, fake in fakes.items():
        monkeypatch.setitem(sys.modules, name, fake)
    return given


_NAMES = (
    "transformers",
    "transformers.models.auto.modeling_auto",
    "transformers.core_model_loading",
    "transformers.conversion_mapping",
)


def hub_folder(path, **changes):
    path.mkdir(parents=True, exist_ok=True)
    config = CONFIG | changes
    (path / "config.json").write_text(json.dumps(config))
    network = Classifier(SimpleNamespace(**CONFIG))
    state = {
        n.replace("net.layer", "net.encoder.layer"): t for n, t in network.state_dict().items()
    }
    safetensors.torch.save_file(state, path / "model.safetensors")
    return state


def test_a_trainers_folder_is_recorded(transformers, tmp_path, capsys):
    for step in (500, 1000):
        folder = tmp_path / "out" / f"checkpoint-{step}"
        hub_folder(folder)
        said = {"global_step": step, "epoch": step / 300}
        (folder / "trainer_state.json").write_text(json.dumps(said))
        torch.save({"param_groups": []}, folder / "optimizer.pt")
    arguments = [
        "record",
        "--model",
        f"hf:{tmp_path / 'out'}",
        "--data",
        "digits",
        "--per-class",
        "4",
    ]
    arguments += ["--checkpoints", str(tmp_path / "out"), "--out", str(tmp_path / "run")]
    assert main(arguments) == 0, capsys.readouterr().err
    run = Run(tmp_path / "run")
    assert run.counting.named(run.epochs[-1]) == "step 1,000"
    assert run.manifest.layers[-1].width == WIDTH
    assert run.manifest.recipe["classifier"] == "classifier"
    for settings in transformers:
        assert not {"auto_map", "_name_or_path", "attn_implementation"} & set(settings)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_type": None}, "says no model_type"),
        ({"model_type": "gpt2"}, "is of a gpt2, of which transformers has no image classifier"),
        ({"hidden_size": 10**12}, r"says hidden_size = 1e\+12, and the weights are 8 arrays"),
        ({"num_hidden_layers": 10**6}, "these settings are not of these weights"),
        ({"nested": [{"depths": [10**5]}]}, "these settings are not of these weights"),
        ({"hidden_size": "wide"}, "transformers cannot build the network of .*config.json"),
        ({"hidden_size": -4}, "transformers cannot build|does not fit"),
    ],
)
def test_settings_that_lie_are_refused(transformers, tmp_path, changes, words):
    state = hub_folder(tmp_path, **changes)
    with pytest.raises(UserError, match=words):
        load_weights(build_model(plan(f"hf:{tmp_path}"), state, 10), state, "file")


def test_weights_of_other_settings_are_told(transformers, tmp_path):
    state = hub_folder(tmp_path, hidden_size=2 * WIDTH)
    with pytest.raises(UserError, match=r"does not fit Classifier of .*is 6×64 in the file"):
        load_weights(build_model(plan(f"hf:{tmp_path}"), state, 10), state, "file")
