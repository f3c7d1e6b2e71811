"""A network of ONNX as a module of torch: onnxruntime computes its layers, torch its classifier."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ncviz.anatomy.blocks import NamesItsBlocks
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.onnx_file import load_onnx, load_onnxruntime, read_onnx
from ncviz.recording.onnx_graph import OnnxGraph, plain_names

MOST_MEMORY = 8 * 2**30  # bytes that onnxruntime may take for what it computes
_LARGEST_SIDE = 2048  # of images, as of --size
_CHANNELS = (1, 2, 3, 4)
_TYPES = {1: np.float32, 10: np.float16, 11: np.float64}
_MOST_KIND = 40
_SHORTAGE = ("available memory", "failed to allocate", "bad_alloc", "bad allocation")


def onnx_network(path: Path) -> "OnnxNetwork":
    """Return the network of a file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    UserError
        As of `read_onnx` and `OnnxNetwork`, or if it cannot be read.
    """
    try:
        return OnnxNetwork(OnnxGraph(read_onnx(path)))
    except OSError as error:
        raise UserError(
            tr(
                "{path} cannot be read: {strerror}.",
                path=path,
                strerror=error.strerror or reason(error),
            )
        ) from error


class OnnxNetwork(NamesItsBlocks):
    """A network of ONNX, with a module for each of its tensors.

    Only those that are asked for, by a hook, are taken out of onnxruntime. Weights are loaded
    as of any module; they are handed on to onnxruntime at the next call.

    Parameters
    ----------
    graph : OnnxGraph

    Raises
    ------
    UserError
        If it takes something other than one tensor of real numbers a sample.
    """

    def __init__(self, graph: OnnxGraph) -> None:
        super().__init__()
        self._graph = graph
        self._input, self._type, shape = _input_of(graph)
        self._rank = len(shape)
        self._channels_last = (
            self._rank == 4 and shape[1] not in _CHANNELS and shape[3] in _CHANNELS
        )
        self._batch = shape[0] if shape else 0
        self.channels, self.image_size = 0, 0
        if self._rank == 4:
            channels, *sides = (shape[3], *shape[1:3]) if self._channels_last else shape[1:]
            self.channels = channels if channels in _CHANNELS else 0
            if max(sides) > _LARGEST_SIDE:
                raise UserError(
                    tr(
                        "{path} takes images of {sides} pixels, and {most} a side are the most.",
                        path=graph.file.path,
                        sides="×".join(map(str, sides)),
                        most=_LARGEST_SIDE,
                    )
                )
            self.image_size = sides[0] if sides[0] == sides[1] else 0
        used = {name for node in graph.needed for name in node.input}
        constants = {name: a for name, a in graph.file.constants.items() if name in used}
        self.constants = nn.Module()
        self._constants = plain_names(constants, dir(self.constants))
        for name, array in constants.items():
            tensor = torch.from_numpy(array)
            if tensor.is_floating_point():
                parameter = nn.Parameter(tensor, requires_grad=False)
                self.constants.register_parameter(self._constants[name], parameter)
            else:
                self.constants.register_buffer(self._constants[name], tensor)
        self.register_load_state_dict_post_hook(OnnxNetwork._forget)  # type: ignore[no-untyped-call]
        head = graph.head
        layers = graph.layers()
        titles = plain_names([*layers, *([head.name] if head is not None else [])], dir(self))
        self._layers = {name: titles[name] for name in layers}
        for name, title in self._layers.items():
            operator = re.sub(r"\W", "_", graph.operator(name)[:_MOST_KIND])
            self.add_module(title, type(operator, (nn.Identity,), {})())  # as it is listed
        self._head = titles[head.name] if head is not None else ""
        if head is not None:
            classes, width = head.weight.shape
            linear = nn.Linear(width, classes, bias=head.bias is not None)
            linear.weight = nn.Parameter(torch.from_numpy(head.weight), requires_grad=False)
            if head.bias is not None:
                linear.bias = nn.Parameter(torch.from_numpy(head.bias), requires_grad=False)
            self.add_module(self._head, linear)
        blocks, stages = graph.blocks()
        self.block_names = tuple(self._layers[name] for name in blocks if name in self._layers)
        self.stage_names = tuple(self._layers[name] for name in stages if name in self._layers)
        self._sessions: dict[tuple[str, ...], Any] = {}

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits, shape (N, K), of images, shape (N, C, H, W), or of vectors."""
        if images.is_meta:
            raise RuntimeError("its shapes are known only as it runs")
        asked = [name for name, title in self._layers.items() if _is_asked(self._modules[title])]
        found = self._computed(images, (*asked, self._graph.last))
        for name, tensor in zip(asked, found, strict=False):
            self.get_submodule(self._layers[name])(tensor)
        last = found[-1]
        if not self._head:
            return last
        head = self.get_submodule(self._head)
        logits: Tensor = head(last.to(next(head.parameters()).dtype))
        return logits

    def _computed(self, images: Tensor, names: tuple[str, ...]) -> list[Tensor]:
        """Return tensors of the graph, as many samples at a time as it takes."""
        given = images.detach().cpu().numpy().astype(self._type)
        if self._channels_last and given.ndim == 4:
            given = np.ascontiguousarray(given.transpose(0, 2, 3, 1))
        if self._rank == 2:
            given = given.reshape(len(given), -1)
        session, count = self._session(names), len(given)
        step = self._batch or count
        parts: list[list[Any]] = []
        for at in range(0, count, step):
            part = given[at : at + step]
            short = step - len(part)
            if short:  # a fixed number of samples: the last of them stands in for the rest
                part = np.concatenate([part, np.repeat(part[-1:], short, axis=0)])
            computed = _run(session, names, {self._input: part})
            parts.append([a[: step - short] if a.ndim else a for a in computed])
        arrays = [
            column[0] if len(column) == 1 or not column[0].ndim else np.concatenate(column)
            for column in zip(*parts, strict=True)
        ]
        return [_tensor(array).to(images.device) for array in arrays]

    def _forget(self, *_: Any) -> None:
        """Begin anew, for other weights are being loaded."""
        self._sessions.clear()

    def _session(self, names: tuple[str, ...]) -> Any:
        if names not in self._sessions:
            if len(self._sessions) > 1:  # all layers once, and those that were chosen
                self._sessions.clear()
            self._sessions[names] = self._begun(names)
        return self._sessions[names]

    def _begun(self, names: tuple[str, ...]) -> Any:
        """Return a session that gives these tensors."""
        onnx = load_onnx()
        model = onnx.ModelProto()
        model.CopyFrom(self._graph.file.model)
        for field in ("node", "output"):
            model.graph.ClearField(field)
        model.graph.node.extend(self._graph.before(names))
        model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in dict.fromkeys(names))
        used = {name for node in model.graph.node for name in node.input}
        for name, title in self._constants.items():
            if name in used:
                numbers = getattr(self.constants, title).detach().cpu().numpy()
                model.graph.initializer.append(onnx.numpy_helper.from_array(numbers, name))
        return _start(model.SerializeToString(), self._graph.file.path)


def _is_asked(module: nn.Module | None) -> bool:
    return module is not None and bool(module._forward_hooks or module._forward_pre_hooks)


def _tensor(array: Any) -> Tensor:
    known = isinstance(array, np.ndarray) and array.dtype.kind in "fiub"
    return torch.from_numpy(array) if known else torch.zeros(())


def _input_of(graph: OnnxGraph) -> tuple[str, Any, tuple[int, ...]]:
    """Return the name of the samples, their type, and their sides; 0 for any."""
    inputs = list(graph.file.model.graph.input)
    kind = inputs[0].type.tensor_type.elem_type if len(inputs) == 1 else 0
    if kind not in _TYPES:
        names = ", ".join(value.name[:40] for value in inputs[:4]) or tr("nothing")
        raise UserError(
            tr(
                "{path} takes {names}, and can be recorded only if it takes one tensor of real "
                "numbers: export it so.",
                path=graph.file.path,
                names=names,
            )
        )
    sides = tuple(max(0, d.dim_value) for d in inputs[0].type.tensor_type.shape.dim)
    if sides and sides[0] > 1024:
        raise UserError(
            tr(
                "{path} takes {count:,} samples at once: export it with a batch of any size.",
                path=graph.file.path,
                count=sides[0],
            )
        )
    return inputs[0].name, _TYPES[kind], sides


@cache
def _bounded() -> None:
    """Bound what onnxruntime takes in this process: a graph may ask for any size."""
    runtime = load_onnxruntime()
    arena = runtime.OrtAllocatorType.ORT_ARENA_ALLOCATOR
    info = runtime.OrtMemoryInfo("Cpu", arena, 0, runtime.OrtMemType.DEFAULT)
    bounds: Mapping[str, int] = {"max_mem": MOST_MEMORY, "arena_extend_strategy": 1}
    runtime.create_and_register_allocator(info, runtime.OrtArenaCfg(bounds))


def _start(model: bytes, path: Path) -> Any:
    runtime = load_onnxruntime()
    _bounded()
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = torch.get_num_threads()
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.use_env_allocators", "1")
    try:
        return runtime.InferenceSession(
            model,
            options,
            providers=["CPUExecutionProvider"],
            # Folding takes memory that no bound holds for.
            disabled_optimizers=["ConstantFolding"],
        )
    except Exception as error:  # of onnxruntime's own kinds
        raise UserError(
            tr("onnxruntime refuses {path}: {error}.", path=path, error=_said(error))
        ) from error


def _run(session: Any, names: tuple[str, ...], given: Mapping[str, Any]) -> list[Any]:
    try:
        found: list[Any] = session.run(list(names), given)
    except Exception as error:  # of onnxruntime's own kinds
        said = _said(error)
        if any(words in str(error).lower() for words in _SHORTAGE):
            raise MemoryError(said) from error
        raise RuntimeError(said) from error
    return found


def _said(error: Exception) -> str:
    """Return what onnxruntime says, without its codes and the places in its sources."""
    said = reason(error).replace("[ONNXRuntimeError] : ", "")
    return said.rpartition("Status Message: ")[2].strip().rstrip(".")[:300]
