"""Networks of ONNX give what the same networks give in torch, and do nothing else."""

import sys

import numpy as np
import pytest
import torch
from torch import nn

from ncviz.anatomy.anatomy import Anatomy
from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.measuring.forward import Forward
from ncviz.measuring.taps import choose_taps
from ncviz.recording import onnx_network as networks
from ncviz.recording.checkpoint_paths import find_checkpoints
from ncviz.recording.onnx_network import onnx_network
from ncviz.recording.suggesting import suggest
from ncviz.recording.weights import Weights
from ncviz.runs.run import Run

onnx = pytest.importorskip("onnx")
helper, numbers = onnx.helper, onnx.numpy_helper
FLOAT = onnx.TensorProto.FLOAT
SIDE, CLASSES = 8, 10


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.one = nn.Conv2d(width, width, 3, padding=1)
        self.two = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return torch.relu(x + self.two(torch.relu(self.one(x))))


class Net(nn.Module):
    """A stem, a block, a smaller map with another block, and a classifier."""

    def __init__(self, seed=0):
        super().__init__()
        torch.manual_seed(seed)
        self.stem = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU())
        self.block1 = Block(4)
        self.down = nn.Sequential(nn.Conv2d(4, 6, 3, stride=2, padding=1), nn.ReLU())
        self.block2 = Block(6)
        self.fc = nn.Linear(6, CLASSES)

    def forward(self, x):
        return self.fc(self.block2(self.down(self.block1(self.stem(x)))).mean((2, 3)))


def node(kind, given, made, **attributes):
    return helper.make_node(kind, given.split(), made.split(), **attributes)


def conv(given, made, **attributes):
    return node("Conv", f"{given} {made}.weight {made}.bias", made, pads=[1] * 4, **attributes)


def graph(nodes, weights, batch="n", shape=(1, SIDE, SIDE), output="y", **options):
    given = helper.make_tensor_value_info("x", FLOAT, [batch, *shape])
    made = helper.make_tensor_value_info(output, FLOAT, None)
    held = [numbers.from_array(np.asarray(a), name) for name, a in weights.items()]
    opset = [helper.make_opsetid("", 17)]
    inside = helper.make_graph(nodes, "net", [given], [made], held)
    return helper.make_model(inside, opset_imports=opset, ir_version=8, **options)


def network_file(path, net, batch="n", end="Gemm", layout="first"):
    """Write `Net` as exporters do."""
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    names = {
        "stem.0": "stem",
        "block1.one": "b1",
        "block1.two": "b2",
        "down.0": "down",
        "block2.one": "b3",
        "block2.two": "b4",
    }
    weights = {
        f"{new}.{kind}": state[f"{old}.{kind}"]
        for old, new in names.items()
        for kind in ("weight", "bias")
    }
    nodes = [node("Transpose", "x", "first", perm=[0, 3, 1, 2])] if layout == "last" else []
    nodes += [
        conv("first" if nodes else "x", "stem"),
        node("Relu", "stem", "stem_relu"),
        conv("stem_relu", "b1"),
        node("Relu", "b1", "b1_relu"),
        conv("b1_relu", "b2"),
        node("Add", "stem_relu b2", "sum1"),
        node("Relu", "sum1", "out1"),
        conv("out1", "down", strides=[2, 2]),
        node("Relu", "down", "down_relu"),
        conv("down_relu", "b3"),
        node("Relu", "b3", "b3_relu"),
        conv("b3_relu", "b4"),
        node("Add", "down_relu b4", "sum2"),
        node("Relu", "sum2", "out2"),
        node("GlobalAveragePool", "out2", "pooled"),
        node("Flatten", "pooled", "flat"),
    ]
    weight, bias = state["fc.weight"], state["fc.bias"]
    if end == "Gemm":
        weights |= {"fc.weight": weight, "fc.bias": bias}
        nodes.append(node("Gemm", "flat fc.weight fc.bias", "y", transB=1))
    elif end == "MatMul":
        weights |= {"fc.weight": weight.T.copy(), "fc.bias": bias}
        nodes += [node("MatMul", "flat fc.weight", "product"), node("Add", "fc.bias product", "z")]
        nodes.append(node("Softmax", "z", "y", axis=1))
    else:  # constants among the operators, a factor, a matrix that is turned
        half = numbers.from_array(2 * weight, "held")
        nodes = [node("Constant", "", "matrix", value=half), *nodes]
        weights["fc.bias"] = bias
        nodes += [node("Transpose", "matrix", "turned", perm=[1, 0])]
        nodes += [node("Gemm", "flat turned fc.bias", "z", alpha=0.5), node("Identity", "z", "y")]
    shape = (SIDE, SIDE, 1) if layout == "last" else (1, SIDE, SIDE)
    onnx.save(graph(nodes, weights, batch, shape), path)
    return path


def images(count=7):
    return torch.randn(count, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def features(network, given, layers):
    taps = choose_taps(Anatomy(network, given, CLASSES), given, layers, "average", "auto", "", "")
    found = {}
    forward = Forward(network, taps, told=False)
    logits = forward.run(given, lambda number, taken, _: found.update({number: taken.clone()}))
    return taps, [found[number] for number in sorted(found)], logits


@pytest.mark.parametrize("batch", ["n", 1, 3])
@pytest.mark.parametrize("end", ["Gemm", "MatMul", "Constant"])
@pytest.mark.parametrize("layout", ["first", "last"])
def test_features_and_logits_are_those_of_torch(tmp_path, batch, end, layout):
    net = Net().eval()
    network = onnx_network(network_file(tmp_path / "a.onnx", net, batch, end, layout)).eval()
    taps, found, logits = features(network, images(), ("blocks",))
    with torch.no_grad():
        inner = [net.stem(images())]
        inner += [net.block1(inner[-1])]
        inner += [net.down(inner[-1])]
        inner = [*inner, net.block2(inner[-1])]
        wanted = net(images())
    assert [p.name for p in taps.points] == ["stem_relu", "out1", "down_relu", "features"]
    for own, other in zip(found, inner, strict=True):
        torch.testing.assert_close(own, other.mean((2, 3)), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(logits, wanted, atol=1e-5, rtol=1e-5)
    assert taps.head is not None
    weight = network.get_parameter(taps.head.weight)
    torch.testing.assert_close(weight, net.fc.weight.detach(), atol=1e-6, rtol=1e-6)


def test_stages_end_where_maps_become_smaller_and_any_tensor_has_its_name(tmp_path):
    network = onnx_network(network_file(tmp_path / "a.onnx", Net().eval())).eval()
    assert [p.name for p in features(network, images(), ("stages",))[0].points] == [
        "out1",
        "features",
    ]
    taps, found, _ = features(network, images(), ("b?_relu", "pooled"))
    assert [p.name for p in taps.points] == ["b1_relu", "b3_relu", "features"]
    assert found[0].shape == (7, 4)


def test_checkpoints_of_onnx_are_recorded_as_those_of_torch(tmp_path):
    folder, other = tmp_path / "nets", tmp_path / "states"
    folder.mkdir()
    other.mkdir()
    (tmp_path / "net.py").write_text(
        f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n"
        "from test_onnx_networks import Net as network\n"
    )
    for epoch in (1, 2):
        net = Net(epoch).eval()
        network_file(folder / f"epoch_{epoch}.onnx", net)
        torch.save(net.state_dict(), other / f"epoch_{epoch}.pt")
    rest = ["--data", "digits", "--per-class", "10"]
    one = ["record", "--model", f"onnx:{folder / 'epoch_1.onnx'}", "--checkpoints", str(folder)]
    two = ["record", "--model", f"{tmp_path / 'net.py'}:network", "--checkpoints", str(other)]
    layers = ["--layers", "stem,block1,down,block2", "--yes"]
    assert main([*one, *rest, "--layers", "blocks", "--out", str(tmp_path / "one")]) == 0
    assert main([*two, *rest, *layers, "--out", str(tmp_path / "two")]) == 0
    run, wanted = Run(tmp_path / "one"), Run(tmp_path / "two")
    assert run.epochs == wanted.epochs == (1, 2)
    assert [layer.width for layer in run.manifest.layers] == [
        layer.width for layer in wanted.manifest.layers
    ]
    for epoch in run.epochs:
        own, others = run.snapshot(epoch).scalars, wanted.snapshot(epoch).scalars
        assert own.keys() == others.keys()
        for name, value in own.items():
            assert value == pytest.approx(others[name], rel=1e-4, abs=1e-5), name


def test_weights_beside_a_file_are_read_from_its_folder_alone(tmp_path):
    net = Net().eval()
    path = network_file(tmp_path / "a.onnx", net)
    model = onnx.load(path)
    options = {"save_as_external_data": True, "size_threshold": 0}
    onnx.save(model, path, location="a.data", **options)
    torch.testing.assert_close(onnx_network(path).eval()(images()), net(images()).detach())

    data = tmp_path / "a.data"
    data.write_bytes(data.read_bytes()[:-4])
    with pytest.raises(UserError, match="claims the shape"):
        onnx_network(path)
    data.rename(tmp_path / "b.data")
    with pytest.raises(UserError, match=r"a\.data is missing, in which a\.onnx"):
        onnx_network(path)
    data.symlink_to(tmp_path / "b.data")
    with pytest.raises(UserError, match="same folder"):
        onnx_network(path)


@pytest.mark.parametrize("location", ["../a.data", "/etc/passwd", "..", "", "sub/a.data", "C:x"])
def test_weights_elsewhere_are_refused(tmp_path, location):
    tensor = onnx.TensorProto(name="w", data_type=FLOAT, dims=[4], data_location=1)
    tensor.external_data.add(key="location", value=location)
    model = graph([node("Add", "x w", "y")], {})
    model.graph.initializer.append(tensor)
    (tmp_path / "a.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(UserError, match="only lie in a file of the same folder"):
        onnx_network(tmp_path / "a.onnx")


def claims(shape):
    tensor = onnx.TensorProto(name="w", data_type=FLOAT, dims=shape, raw_data=b"\0" * 16)
    model = graph([node("Add", "x w", "y")], {})
    model.graph.initializer.append(tensor)
    return model


def looped():
    inner = helper.make_graph([], "inner", [], [])
    return graph([node("Loop", "x x", "y", body=inner)], {})


REFUSED = {
    "another domain": (
        graph([helper.make_node("Ring", ["x"], ["y"], domain="bell")], {}),
        "'bell'",
    ),
    "a loop": (looped(), "'Loop', which repeats"),
    "functions": (
        graph(
            [node("Relu", "x", "y")],
            {},
            functions=[helper.make_function("own", "F", ["a"], ["b"], [], [])],
        ),
        "functions of its own",
    ),
    "a large shape": (claims([2**20, 2**9]), "claims the shape|more than 2 GiB"),
    "a huge shape": (claims([2**62, 2**62, 0, -1]), "claims the shape"),
    "texts": (graph([node("Add", "x w", "y")], {"w": np.array(["a"], object)}), "STRING"),
    "large images": (graph([node("Relu", "x", "y")], {}, shape=(3, 2**30, 2**30)), "2048 a side"),
    "many at once": (graph([node("Relu", "x", "y")], {}, batch=2**40), "samples at once"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_could_run_read_or_claim_more_is_refused(tmp_path, what):
    model, words = REFUSED[what]
    path = tmp_path / "a.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(UserError, match=words) as told:
        onnx_network(path)
    assert "\n" not in str(told.value)


def test_an_operator_may_take_no_more_memory_than_is_allowed(tmp_path):
    """Shapes that are computed are known only as the graph runs."""
    nodes = [
        node("ConstantOfShape", "size", "filled"),
        node("ReduceMax", "filled", "most", keepdims=0),
        node("Flatten", "x", "flat"),
        node("Add", "flat most", "y"),
    ]
    size = networks.MOST_MEMORY // 4
    onnx.save(graph(nodes, {"size": np.array([size + 2**20])}), tmp_path / "a.onnx")
    network = onnx_network(tmp_path / "a.onnx").eval()
    with pytest.raises(MemoryError):
        network(images())


@pytest.mark.parametrize("data", [b"\x08\x07\x12\x07pytorch", b"\xff" * 100])
def test_a_damaged_file_gets_a_sentence(tmp_path, data):
    (tmp_path / "a.onnx").write_bytes(data)
    with pytest.raises(UserError, match=r"a\.onnx is no whole network of ONNX"):
        onnx_network(tmp_path / "a.onnx")


def test_a_graph_that_onnxruntime_refuses_gets_its_words(tmp_path):
    onnx.save(graph([node("Gemm", "x x", "y")], {}), tmp_path / "a.onnx")
    with pytest.raises((UserError, RuntimeError)) as told:
        onnx_network(tmp_path / "a.onnx").eval()(images())
    assert "onnxruntime_src" not in str(told.value)


def test_a_graph_without_a_classifier_gives_its_logits_and_no_matrix(tmp_path):
    weights = {"w.weight": np.ones((CLASSES, 1, 1, 1), np.float32)}
    nodes = [
        node("Conv", "x w.weight", "maps"),
        node("GlobalAveragePool", "maps", "pooled"),
        node("Flatten", "pooled", "y"),
    ]
    onnx.save(graph(nodes, weights), tmp_path / "a.onnx")
    taps, _, logits = features(onnx_network(tmp_path / "a.onnx").eval(), images(), ("maps",))
    assert taps.head is None
    torch.testing.assert_close(logits, images().mean((1, 2, 3))[:, None].expand(-1, CLASSES))


def test_without_the_libraries_the_command_is_named(tmp_path, monkeypatch, capsys):
    path = network_file(tmp_path / "a.onnx", Net().eval())
    monkeypatch.setitem(sys.modules, "onnx", None)
    out = ["--data", "digits", "--out", str(tmp_path / "run")]
    assert main(["record", "--model", f"onnx:{path}", "--checkpoints", str(path), *out]) != 0
    assert "pip install 'ncviz[onnx]'" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_file_of_onnx_suggests_itself_and_yields_to_checkpoints_beside_it(tmp_path):
    path = network_file(tmp_path / "a.onnx", Net().eval())
    assert suggest(path, Weights({})).model == f"onnx:{path}"
    assert find_checkpoints([str(tmp_path)]) == (path,)
    torch.save(Net().state_dict(), tmp_path / "a.pt")
    assert find_checkpoints([str(tmp_path)]) == (tmp_path / "a.pt",)
