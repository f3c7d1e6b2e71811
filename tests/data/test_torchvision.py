import subprocess
import sys
import textwrap
from types import ModuleType

import pytest
from patience import HUNG_SECONDS

from ncviz.errors import UserError
from ncviz.torchvision import load_torchvision


def run(code: str, folder) -> None:
    """Run code, with warnings as errors, in a process that has imported nothing."""
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(code)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=HUNG_SECONDS)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def source_folder(request):
    return request.config.rootpath


def test_the_installed_torchvision_works(source_folder):
    run(
        """
        import threading
        from ncviz.torchvision import load_torchvision

        loaded = []
        load = lambda: loaded.append(load_torchvision())
        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert len({id(module) for module in loaded}) == 1 and len(loaded) == 4

        import torch, torchvision
        from torchvision.models import resnet18
        from torchvision.models.feature_extraction import create_feature_extractor
        from torchvision.transforms import v2
        assert torchvision is loaded[0] is load_torchvision()
        model = create_feature_extractor(resnet18(weights=None).eval(), ["avgpool"])
        assert model(torch.zeros(1, 3, 32, 32))["avgpool"].shape == (1, 512, 1, 1)
        assert v2.Resize(4)(torch.zeros(3, 8, 8)).shape == (3, 4, 4)

        from ncviz.data.mnist_files import _FILES
        for source in (torchvision.datasets.MNIST, torchvision.datasets.FashionMNIST):
            assert source.mirrors
            names = {name for name, md5 in source.resources}
            assert names == {f"{name}.gz" for name in _FILES}
        """,
        source_folder,
    )


BROKEN = """
import torch
from torchvision import part
if not hasattr(torch.ops.torchvision, "nms"):
    raise RuntimeError("operator torchvision::nms does not exist")
"""


def test_missing_operators_are_declared_once(tmp_path, source_folder):
    package = tmp_path / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text(BROKEN)
    (package / "part.py").write_text("")
    run(
        f"""
        import sys
        sys.path.insert(0, {str(tmp_path)!r})
        from ncviz.torchvision import load_torchvision
        module = load_torchvision()
        assert module.__file__.startswith({str(tmp_path)!r})
        assert load_torchvision() is module
        import torch
        assert torch.ops.torchvision.qnms.default
        for name in ("torchvision", "torchvision.part"):
            del sys.modules[name]
        assert load_torchvision() is not module
        """,
        source_folder,
    )


def test_a_healthy_torchvision_is_left_alone(monkeypatch):
    healthy, part = ModuleType("torchvision"), ModuleType("torchvision.part")
    monkeypatch.setitem(sys.modules, "torchvision", healthy)
    monkeypatch.setitem(sys.modules, "torchvision.part", part)
    assert load_torchvision() is healthy
    assert sys.modules["torchvision.part"] is part


def test_absent(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(UserError, match="install torch and torchvision from the same source"):
        load_torchvision()


def test_another_failure_passes_through(tmp_path, monkeypatch):
    (tmp_path / "torchvision.py").write_text("raise RuntimeError('something else')")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [n for n in sys.modules if n.partition(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(RuntimeError, match="something else"):
        load_torchvision()
