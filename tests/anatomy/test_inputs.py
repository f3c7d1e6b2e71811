"""What a network is called with."""

import torch
from torch import nn

from ncviz.anatomy.anatomy import Anatomy
from ncviz.anatomy.inputs import each, main_tensor, run


class Masked(nn.Module):
    """Takes numbers and a mask, as language models do."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 5)
        self.head = nn.Linear(5, 3)

    def forward(self, numbers, mask=None):
        mask = torch.ones_like(numbers) if mask is None else mask
        return {"logits": self.head(self.body(numbers * mask).relu())}


def test_one_tensor_several_and_tensors_by_name():
    network, x = Masked(), torch.rand(2, 4)
    mask = torch.tensor([[1, 1, 0, 0]] * 2)
    expected = network(x, mask)["logits"]
    for inputs in ((x, mask), {"mask": mask, "numbers": x}):
        torch.testing.assert_close(run(network, inputs)["logits"], expected)
        assert main_tensor(inputs) is x
        assert Anatomy(network, inputs).head().name == "head"
    torch.testing.assert_close(run(network, x), network(x))


def test_every_tensor_is_changed_wherever_it_lies():
    one = torch.ones(1)
    changed = each(lambda t: t + 1, ({"a": [one, one]}, one))
    assert changed == ({"a": [one + 1, one + 1]}, one + 1)
