"""Checkpoints as the usual scripts and libraries write them, for tests of what is read of them."""

import argparse
import collections
import datetime
import enum
import io
import json
import pathlib
import pickle
import random
import types
import zipfile
from copy import deepcopy
from functools import partial

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn


class Phase(enum.Enum):
    TRAINING = "training"


class Config(dict):
    """A dictionary of a class of its own, as EasyDict, Box and ml_collections have."""

    def __init__(self, **values):
        super().__init__(**values)
        self.__dict__ = self


class Node:
    """Keeps its values inside, as OmegaConf does, and its parent beside them."""

    def __init__(self, content, parent=None):
        self._content = content
        self._parent = parent


class Learner:
    """What `learn.export()` of fastai pickles: the model within the whole training."""

    def __init__(self, model):
        self.model = model
        self.cbs = [partial(print, "never")]
        self.path = pathlib.Path("models")


class Body(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3, bias=False)
        self.norm = nn.BatchNorm2d(3)
        self.register_buffer("scratch", torch.ones(2), persistent=False)

    def forward(self, x):
        return self.norm(self.conv(x)).relu().mean(dim=(2, 3))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = Body()
        self.head = nn.Linear(3, 4)

    def forward(self, x):
        return self.head(self.body(x))


def net(seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = Net()
        made.body.norm.running_mean.normal_()
        return made


def under(prefix, state):
    return {f"{prefix}{name}": value for name, value in state.items()}


def optimizer(model):
    made = torch.optim.AdamW(model.parameters(), lr=0.1)
    model(torch.ones(2, 1, 5, 5)).sum().backward()
    made.step()
    return made.state_dict()


def _torchvision_references(path, model):
    state = deepcopy(model.state_dict())
    args = argparse.Namespace(model="resnet18", lr=0.1, output_dir=pathlib.Path("out"), gpu=None)
    content = {"model": state, "optimizer": optimizer(model), "epoch": 7, "args": args}
    torch.save(content, path)
    return state


def _timm(path, model):
    state = model.state_dict()
    torch.save(
        {
            "epoch": 7,
            "arch": "resnet18",
            "state_dict": state,
            "optimizer": optimizer(deepcopy(model)),
            "version": 2,
            "args": argparse.Namespace(img_size=224, mean=(0.5,), aa=None),
            "amp_scaler": {"scale": 65536.0, "growth_factor": 2.0},
            "state_dict_ema": net(5).state_dict(),
            "metric": np.float64(71.5),
        },
        path,
    )
    return state


def _numpy(path, model):
    content = {
        "state_dict": model.state_dict(),
        "epoch": np.int64(7),
        "best": np.float32(0.5),
        "curve": np.arange(1000.0),
        "random": (np.random.default_rng(0).bit_generator.state, np.random.RandomState(0)),
        "python": random.Random(0).getstate(),
        "when": datetime.datetime(2024, 5, 1),
        "phase": Phase.TRAINING,
        Phase.TRAINING: 3,
        (1, 2): 4,
        "history": collections.defaultdict(list, loss=[1.0, 0.5]),
        "counts": collections.Counter("abba"),
        "space": types.SimpleNamespace(a=1),
        "complex": 1 + 2j,
        "slice": slice(3),
        "range": range(7),
        "decay": partial(max, 3),
        "words": frozenset(["a"]),
    }
    torch.save(content, path)
    return content["state_dict"]


def _lightning(path, model):
    root = Node({})
    root._content["lr"] = Node(0.1, root)
    content = {
        "epoch": 7,
        "global_step": 700,
        "pytorch-lightning_version": "2.4.0",
        "state_dict": {
            **under("model.", model.state_dict()),
            "criterion.weight": torch.ones(4),
            "val_acc.confmat": torch.zeros(4, 4),
        },
        "loops": {"fit_loop": {"state_dict": {}}},
        "callbacks": {"ModelCheckpoint": {"dirpath": pathlib.Path("out"), "k": torch.tensor(1.0)}},
        "optimizer_states": [optimizer(deepcopy(model))],
        "hparams_name": "args",
        "hyper_parameters": {"args": argparse.Namespace(encoder="resnet18"), "cfg": root},
        "datamodule_hyper_parameters": Config(root="data"),
    }
    torch.save(content, path)
    return model.state_dict()


def _lightning_average(path, model):
    """Lightning's WeightAveraging puts the average where the trained weights usually are."""
    content = {
        "epoch": 7,
        "state_dict": under("model.", net(5).state_dict()),
        "current_model_state": under("model.", model.state_dict()),
        "averaging_state": {"n_averaged": torch.tensor(9)},
    }
    torch.save(content, path)
    return model.state_dict()


def _mmengine(path, model):
    content = {
        "meta": {"epoch": 7, "iter": 70, "cfg": "model = dict()", "time": "20240501"},
        "state_dict": model.state_dict(),
        "message_hub": Config(log=np.zeros(3), runtime=Phase.TRAINING),
        "optimizer": optimizer(deepcopy(model)),
        "param_schedulers": [{"last_step": 3}],
    }
    torch.save(content, path)
    return model.state_dict()


def _saved(wrap, **options):
    def make(path, model):
        torch.save(wrap(model.state_dict()), path, **options)
        return model.state_dict()

    return make


def _whole(path, model):
    torch.save(model, path)
    return model.state_dict()


def _whole_with_average(path, model):
    """As Ultralytics saves: the networks themselves, in half precision."""
    model.half()
    average = net(5).half()
    torch.save({"epoch": 7, "model": model, "ema": average, "train_args": Config(lr=0.1)}, path)
    return {name: value.float() for name, value in model.state_dict().items()}


def _learner(path, model):
    torch.save(Learner(nn.DataParallel(model)), path)
    return model.state_dict()


def _compiled_whole(path, model):
    torch.save({"model": torch.optim.swa_utils.AveragedModel(model)}, path)
    return model.state_dict()


def _script(path, model):
    del model.body.scratch  # a program does not say that it is no part of the weights
    torch.jit.script(model).save(str(path))
    return model.state_dict()


def _traced(path, model):
    del model.body.scratch
    torch.jit.trace(model.eval(), torch.ones(1, 1, 5, 5)).save(str(path))
    state = model.state_dict()
    return {name: value for name, value in state.items() if "num_batches" not in name}


def _exported(path, model):
    """Write a program's archive as torch.export.save of PyTorch 2.13 does, by hand: it is quick."""
    kinds, listed = {torch.float32: 7, torch.int64: 5}, {}
    with zipfile.ZipFile(path.with_suffix(".pt2"), "w") as archive:
        archive.writestr("net/archive_format", "pt2")
        archive.writestr("net/models/model.json", "{}")
        archive.writestr("net/data/sample_inputs/model.pt", b"PK")
        for number, (name, tensor) in enumerate(model.state_dict().items()):
            archive.writestr(f"net/data/weights/weight_{number}", tensor.numpy().tobytes())
            meta = {
                "dtype": kinds[tensor.dtype],
                "sizes": [{"as_int": n} for n in tensor.shape],
                "strides": [{"as_int": n} for n in tensor.stride()],
                "storage_offset": {"as_int": 0},
            }
            said = {"path_name": f"weight_{number}", "use_pickle": False, "tensor_meta": meta}
            listed[name] = said
        config = json.dumps({"config": listed})
        archive.writestr("net/data/weights/model_weights_config.json", config)
    return model.state_dict(), path.with_suffix(".pt2")


def _exported_by_older(path, model):
    """Write what torch.export.save wrote before PyTorch 2.8."""
    state = io.BytesIO()
    torch.save(model.state_dict(), state)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("serialized_exported_program.json", "{}")
        archive.writestr("serialized_state_dict.pt", state.getvalue())
        archive.writestr("version", "8.2")
    return model.state_dict()


def _pickled(protocol):
    def make(path, model):
        path.write_bytes(pickle.dumps({"model": model.state_dict(), "epoch": 7}, protocol))
        return model.state_dict()

    return make


def _arrays(protocol):
    """As Detectron2 and PaddlePaddle keep weights: arrays of NumPy in a pickle."""

    def make(path, model):
        arrays = {name: value.numpy() for name, value in model.state_dict().items()}
        arrays["head.weight"] = np.asfortranarray(arrays["head.weight"])
        path.write_bytes(pickle.dumps({"model": arrays, "__author__": "me"}, protocol))
        return model.state_dict()

    return make


def _shards(folder, index):
    def make(path, model):
        state = model.state_dict()
        names = list(state)
        parts = {1: names[:3], 2: names[3:]}
        files = {n: path.with_name(f"model-{n:05}-of-00002.safetensors") for n in parts}
        for number, part in parts.items():
            save_file({name: state[name] for name in part}, files[number])
        if index:
            listed = ",".join(
                f'"{name}": "{files[number].name}"'
                for number, part in parts.items()
                for name in part
            )
            path = path.with_name("model.safetensors.index.json")
            path.write_text(f'{{"metadata": {{"total_size": 9}}, "weight_map": {{{listed}}}}}')
        else:
            path = files[2]
        return state, path

    return make


def _old_shards(path, model):
    state = model.state_dict()
    names = list(state)
    for number, part in ((1, names[:2]), (2, names[2:])):
        file = path.with_name(f"pytorch_model-{number:05}-of-00002.bin")
        torch.save({name: state[name] for name in part}, file)
    listed = {name: f"pytorch_model-{1 + (name in names[2:]):05}-of-00002.bin" for name in names}
    path = path.with_name("pytorch_model.bin.index.json")
    path.write_text(str({"weight_map": listed}).replace("'", '"'))
    return state, path


def _distributed(path, model):
    import torch.distributed.checkpoint as distributed

    state = {"app": {"model": model.state_dict(), "optim": {"lr": 0.1}}, "epoch": 7}
    distributed.save(state, checkpoint_id=path)
    return model.state_dict()


def _safetensors(path, model):
    path = path.with_suffix(".safetensors")
    save_file(model.state_dict(), path, metadata={"epoch": "7", "format": "pt"})
    return model.state_dict(), path


def _without_version(state):
    kept = collections.OrderedDict(state)
    kept["_extra_state"] = {"a": 1}
    return kept


# Each writes a checkpoint and returns the weights that are in it, and where it is, if elsewhere.
LAYOUTS = {
    "torchvision's references": _torchvision_references,
    "timm": _timm,
    "NumPy, dates, enums, random states": _numpy,
    "Lightning": _lightning,
    "Lightning's average": _lightning_average,
    "MMEngine": _mmengine,
    "fastai": _saved(lambda state: {"model": state, "opt": {"state": [{"a": torch.ones(2, 2)}]}}),
    "fastai's export": _learner,
    "DeepSpeed": _saved(
        lambda state: {"module": state, "optimizer": None, "ds_version": "0.14", "epoch": 7}
    ),
    "FSDP": _saved(lambda state: under("_fsdp_wrapped_module.", state)),
    "DDP and compile": _saved(lambda state: under("module._orig_mod.", state)),
    "compile and DDP": _saved(lambda state: under("_orig_mod.module.", state)),
    "DataParallel within": _saved(
        lambda state: {name.replace("body.", "body.module."): v for name, v in state.items()}
    ),
    "SWA": _saved(lambda state: {"swa_state_dict": net(5).state_dict(), "state_dict": state}),
    "AveragedModel": _saved(
        lambda state: {"n_averaged": torch.tensor(3), **under("module.", state)}
    ),
    "MoCo": _saved(
        lambda state: {
            "arch": "resnet18",
            "state_dict": {
                **under("module.encoder_k.", net(5).state_dict()),
                **under("module.encoder_q.", state),
                "module.queue": torch.ones(3, 9),
                "module.queue_ptr": torch.zeros(1, dtype=torch.int64),
            },
        }
    ),
    "DINO": _saved(
        lambda state: {
            "teacher": under("backbone.", net(5).state_dict()),
            "student": under("module.backbone.", state),
            "args": argparse.Namespace(lr=0.1),
            "dino_loss": {"center": torch.ones(1, 50)},
        }
    ),
    "BYOL": _saved(
        lambda state: {
            **under("target_encoder.net.", net(5).state_dict()),
            **under("online_encoder.net.", state),
            "online_predictor.net.0.weight": torch.ones(2, 2),
        }
    ),
    "an average in Lightning's callback": _saved(
        lambda state: {
            "state_dict": under("net.", state),
            "callbacks": {"EMACallback": {"ema_state_dict": under("net.", net(5).state_dict())}},
        }
    ),
    "an average under a prefix": _saved(
        lambda state: {
            "state_dict": {
                **under("ema_model.module.", net(5).state_dict()),
                **under("model.", state),
            }
        }
    ),
    "netEMA": _saved(lambda state: {"netEMA": net(5).state_dict(), "netC": state}),
    "a GAN": _saved(
        lambda state: {
            "generator": {f"up.{n}.weight": torch.ones(2, 2) for n in range(20)},
            "discriminator": state,
        }
    ),
    "the best so far": _saved(lambda state: {"best_model": net(5).state_dict(), "last": state}),
    "a scheme with 'ema' in it": _saved(
        lambda state: {"schema": state, "ema": net(5).state_dict()}
    ),
    "a student beside what has no role": _saved(
        lambda state: {
            "state_dict": {**under("student.", state), **under("schema.", net(5).state_dict())}
        }
    ),
    "an average and the best so far": _saved(
        lambda state: {"model_ema": net(5).state_dict(), "best_state": state}
    ),
    "an average alone": _saved(lambda state: {"ema": state, "model": None}),
    "networks by their epochs": _saved(
        lambda state: {2: net(5).state_dict(), 10: state, "loss": {2: torch.ones(2, 2)}}
    ),
    "a list of networks": _saved(lambda state: [net(5).state_dict(), state]),
    "a pair of weights and an optimiser": _saved(
        lambda state: (state, {"state": {0: {"exp_avg": torch.ones(2, 2)}}, "param_groups": []})
    ),
    "pairs of names and tensors": _saved(lambda state: list(state.items())),
    "parts side by side": _saved(
        lambda state: {
            "body": {n[5:]: v for n, v in state.items() if n.startswith("body.")},
            "head": {n[5:]: v for n, v in state.items() if n.startswith("head.")},
        }
    ),
    "dictionaries for modules": _saved(
        lambda state: {
            "params": {
                "body": {
                    "conv": {"weight": state["body.conv.weight"]},
                    "norm": {n[10:]: v for n, v in state.items() if ".norm." in n},
                },
                "head": {"weight": state["head.weight"], "bias": state["head.bias"]},
            }
        }
    ),
    "networks in a list": _saved(lambda state: {"models": [state, {"a.b": torch.ones(2, 2)}]}),
    "a dictionary of a class": _saved(lambda state: Config(weights=Config(**state), epoch=7)),
    "_extra_state": _saved(_without_version),
    "Parameters": _saved(
        lambda state: {n: nn.Parameter(v, requires_grad=False) for n, v in state.items()}
    ),
    "views of one storage": _saved(
        lambda state: {
            n: torch.cat([v.flatten(), v.flatten()])[: v.numel()].view(v.shape)
            for n, v in state.items()
        }
    ),
    "other strides": _saved(
        lambda state: {n: v.t().contiguous().t() if v.ndim == 2 else v for n, v in state.items()}
    ),
    "before 1.6": _saved(lambda state: {"model": state}, _use_new_zipfile_serialization=False),
    "protocol 4": _saved(lambda state: {"model": state}, pickle_protocol=4),
    "protocol 5": _saved(lambda state: {"model": state}, pickle_protocol=5),
    "the epoch as text": _saved(lambda state: {"state_dict": state, "epoch": "7"}),
    "the epoch as a tensor": _saved(lambda state: {"net": state, "epoch": torch.tensor([7])}),
    "the epoch as 7.0": _saved(lambda state: {"net": state, "epoch": 7.0}),
    "a whole network": _whole,
    "whole networks in half precision": _whole_with_average,
    "a whole averaged network": _compiled_whole,
    "TorchScript": _script,
    "torch.export": _exported,
    "torch.export before 2.8": _exported_by_older,
    "a trace": _traced,
    "pickle.dump": _pickled(4),
    "pickle.dump, old": _pickled(2),
    "arrays": _arrays(4),
    "arrays, protocol 5": _arrays(5),
    "arrays, old": _arrays(2),
    "safetensors": _safetensors,
    "safetensors in parts, listed": _shards("a", index=True),
    "safetensors in parts": _shards("a", index=False),
    "bin in parts": _old_shards,
    "torch.distributed.checkpoint": _distributed,
}
TELL_EPOCH = (
    "torchvision's references",
    "timm",
    "NumPy, dates, enums, random states",
    "Lightning",
    "Lightning's average",
    "MMEngine",
    "DeepSpeed",
    "a dictionary of a class",
    "the epoch as text",
    "the epoch as a tensor",
    "the epoch as 7.0",
    "whole networks in half precision",
    "pickle.dump",
    "pickle.dump, old",
    "safetensors",
    "torch.distributed.checkpoint",
)
