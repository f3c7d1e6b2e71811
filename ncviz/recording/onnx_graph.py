"""Looks through the graph of an ONNX network: its classifier, its blocks and its stages."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.recording.onnx_file import OnnxFile

_WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")
_POOLS = ("MaxPool", "AveragePool", "LpPool")
_ATTENTION = ("Softmax", "Attention")
_PASSED = ("Identity", "Cast", "Dropout", "Flatten")  # after the logits
_ENDS = ("Softmax", "LogSoftmax")
_SIZES = ("Shape", "Size")  # which depend on no number of a sample
_REAL = (1, 10, 11)  # float, float16, double
_MOST_NAME = 80


@dataclass(frozen=True, eq=False)
class OnnxHead:
    """The linear map that gives the logits.

    Parameters
    ----------
    name : str
        Of its weights.
    features : str
        The tensor that it is given.
    weight : array, shape (K, d)
    bias : array, shape (K,), or None
    """

    name: str
    features: str
    weight: NDArray[Any]
    bias: NDArray[Any] | None


class OnnxGraph:
    """The graph of a network, in the order in which it runs.

    Parameters
    ----------
    file : OnnxFile
    """

    def __init__(self, file: OnnxFile) -> None:
        self.file = file
        self.nodes: Sequence[Any] = list(file.model.graph.node)
        self._made = {name: node for node in self.nodes for name in node.output if name}
        self._of_samples = self._dependent()
        self.output, self.head = self._classifier()
        self.last = self.head.features if self.head is not None else self.output
        """The tensor with which what onnxruntime computes ends."""
        self.needed = self.before([self.last])

    def _dependent(self) -> set[str]:
        """Return the tensors whose numbers depend on a sample's."""
        found = {value.name for value in self.file.model.graph.input}
        for node in self.nodes:
            if node.op_type not in _SIZES and found.intersection(node.input):
                found.update(node.output)
        return found

    def before(self, ends: Iterable[str]) -> list[Any]:
        """Return the nodes that some tensors need, in order."""
        wanted, found = set(ends), []
        for node in reversed(self.nodes):
            if wanted.intersection(node.output):
                found.append(node)
                wanted.update(node.input)
        return found[::-1]

    # The classifier

    def _classifier(self) -> tuple[str, OnnxHead | None]:
        outputs = [value.name for value in self.file.model.graph.output]
        for name in outputs:
            if (head := self._head(name)) is not None:
                return name, head
        real = [
            value.name
            for value in self.file.model.graph.output
            if value.type.tensor_type.elem_type in _REAL
        ]
        return self._behind((real or outputs or [""])[0]), None

    def _behind(self, name: str) -> str:
        """Return the tensor before a softmax and what else leaves logits what they are."""
        while (node := self._made.get(name)) and node.op_type in (*_ENDS, *_PASSED):
            name = node.input[0]
        return name

    def _head(self, output: str) -> OnnxHead | None:
        node, bias = self._made.get(self._behind(output)), None
        if node is not None and node.op_type == "Add":
            one, other = node.input
            product, constant = (other, one) if self._constant(one) is not None else (one, other)
            bias, node = self._constant(constant), self._made.get(product)
            if bias is None or node is None or node.op_type != "MatMul":
                return None
        if node is None or node.op_type not in ("Gemm", "MatMul"):
            return None
        weight = self._constant(node.input[1])
        said = _attributes(node)
        if weight is None or weight.ndim != 2 or said.get("transA") or not self._is_real(weight):
            return None
        if node.input[0] not in self._of_samples:
            return None
        if not said.get("transB"):
            weight = weight.T
        weight = weight * weight.dtype.type(said.get("alpha", 1.0))
        if node.op_type == "Gemm" and len(node.input) > 2 and node.input[2]:
            bias = self._constant(node.input[2])
            if bias is None:
                return None
            bias = bias * bias.dtype.type(said.get("beta", 1.0))
        if bias is not None:
            if bias.size not in (1, len(weight)):
                return None
            bias = np.broadcast_to(bias.reshape(-1), (len(weight),)).copy()
        return OnnxHead(self._title(node), node.input[0], np.ascontiguousarray(weight), bias)

    def _title(self, node: Any) -> str:
        """Return what the classifier is called: by its weights, or as the operator is."""
        name = node.input[1]
        is_told = name in self.file.constants and name.endswith((".weight", ".kernel"))
        return name.rpartition(".")[0] if is_told else node.name or "classifier"

    def _constant(self, name: str) -> NDArray[Any] | None:
        """Return fixed numbers, also of a matrix that is turned or passed on."""
        turned = False
        while name not in self.file.constants:
            node = self._made.get(name)
            if node is None or node.op_type not in ("Identity", "Transpose"):
                return None
            if node.op_type == "Transpose":
                if list(_attributes(node).get("perm", [1, 0])) != [1, 0]:
                    return None
                turned = not turned
            name = node.input[0]
        found = self.file.constants[name]
        return found.T if turned else found

    @staticmethod
    def _is_real(numbers: NDArray[Any]) -> bool:
        return bool(np.issubdtype(numbers.dtype, np.floating))

    # Layers

    def layers(self) -> list[str]:
        """Return the tensors that depend on a sample, from the input to the last."""
        return [
            name
            for node in self.needed
            for name in node.output
            if name in self._of_samples and name != self.last
        ]

    def operator(self, name: str) -> str:
        """Return what makes a tensor, such as 'Relu'."""
        return str(self._made[name].op_type)

    def blocks(self) -> tuple[list[str], list[str]]:
        """Return the tensors after blocks, and those of them after which maps become smaller.

        A block ends at the last tensor before the next weights through which all passes that
        comes after: there is none within a residual block or between branches. Attention and
        the perceptron after it are one block.

        Returns
        -------
        tuple of list of str
            Blocks and stages. The last features are none of them.
        """
        cuts = self._cuts()
        found: list[tuple[str, bool]] = []  # and whether attention made it
        ends: set[str] = set()
        is_attention = False
        for number, (name, within) in enumerate(cuts):
            is_attention |= any(node.op_type in _ATTENTION for node in within)
            if any(map(self._is_weighted, within)):
                if any(map(_shrinks, within)) and found:
                    ends.add(found[-1][0])
                is_shrunk = False
            else:
                is_shrunk = any(map(_shrinks, within))
            if is_shrunk:
                ends.add(name)
            following = cuts[number + 1][1] if number + 1 < len(cuts) else ()
            met = any(self._is_weighted(node) for _, nodes in cuts[: number + 1] for node in nodes)
            if met and any(map(self._is_weighted, following)):
                found.append((name, is_attention))
                is_attention = False
        names = [
            name
            for number, (name, attends) in enumerate(found)
            if not attends or (number + 1 < len(found) and found[number + 1][1])
        ]
        stages = [name for name in names if name in ends]
        return names, stages or names

    def _cuts(self) -> list[tuple[str, list[Any]]]:
        """Return the tensors through which everything passes, each with the nodes before it."""
        uses = Counter(
            name
            for node in self.needed
            if node.op_type not in _SIZES
            for name in node.input
            if name in self._of_samples
        )
        uses[self.last] += 1
        alive = {value.name for value in self.file.model.graph.input if uses[value.name]}
        found: list[tuple[str, list[Any]]] = []
        within: list[Any] = []
        for node in self.needed:
            if node.op_type in _SIZES:
                continue
            within.append(node)
            for name in node.input:
                if name in self._of_samples:
                    uses[name] -= 1
                    if not uses[name]:
                        alive.discard(name)
            made = [name for name in node.output if name in self._of_samples and uses[name] > 0]
            alive.update(made)
            if made and len(alive) == 1:
                found.append((made[0], within))
                within = []
        return found

    def _is_weighted(self, node: Any) -> bool:
        """Tell whether a node is a linear map of a sample with fixed weights."""
        return node.op_type in _WEIGHTED and len(self._of_samples.intersection(node.input)) == 1


def _shrinks(node: Any) -> bool:
    strides = _attributes(node).get("strides", ())
    return node.op_type in ("Conv", *_POOLS) and any(step > 1 for step in strides)


def _attributes(node: Any) -> Mapping[str, Any]:
    """Return the numbers among a node's attributes."""
    kinds = {1: "f", 2: "i", 6: "floats", 7: "ints"}
    return {a.name: getattr(a, kinds[a.type]) for a in node.attribute if a.type in kinds}


def plain_names(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Return names that modules of torch can have, each once.

    Parameters
    ----------
    names : iterable of str
        Of tensors, such as '/layer1/layer1.0/relu/Relu_output_0'.
    taken : iterable of str, optional
        What none may be.
    """
    found: dict[str, str] = {}
    used = set(taken)
    for name in names:
        plain = re.sub(r"[^\w/:-]", "_", name.removesuffix("_output_0").strip("/"))
        plain = plain[:_MOST_NAME] or "layer"
        counted = plain
        at = 1
        while counted in used:
            at += 1
            counted = f"{plain}_{at}"
        used.add(counted)
        found[name] = counted
    return found
