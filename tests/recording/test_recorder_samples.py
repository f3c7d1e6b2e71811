"""The samples that a recorder keeps: of several lengths, within a bound, without NaN."""

import tracemalloc

import numpy as np
import pytest
import torch
from loop_parts import X, Y, recorded
from torch import nn
from torch.utils.data import DataLoader, Dataset

from ncviz import Recorder
from ncviz.errors import UserError


def test_samples_of_several_lengths(tmp_path):
    class Words(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding, self.head = nn.Embedding(50, 6), nn.Linear(6, 3)

        def forward(self, input_ids, attention_mask):
            mask = attention_mask[..., None]
            return self.head((self.embedding(input_ids) * mask).sum(1) / mask.sum(1))

    def batch(length):
        ids = torch.arange(6 * length).reshape(6, length) % 50
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": Y[:6]}

    run, notes = recorded(tmp_path, [batch(4), batch(9), batch(5)], Words())
    assert any("several lengths are filled up with zeros" in words for words in notes)
    assert run.manifest.layers[0].width == 9
    assert run.snapshot(0).statistics(0, "train").counts.tolist() == [6, 6, 6]


class OfSeveralSizes(Dataset):
    def __len__(self):
        return 12

    def __getitem__(self, index):
        return torch.rand(1, 4 + index % 2, 6), index % 3


def test_pictures_of_several_sizes_are_told(tmp_path):
    pooled = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4, 4), nn.Linear(4, 3))
    for data in (OfSeveralSizes(), DataLoader(OfSeveralSizes(), 1)):
        with pytest.raises(UserError, match="several sizes, such as 1×4×6 and 1×5×6"):
            recorded(tmp_path, data, pooled)


def test_samples_with_nan_are_left_out_and_counted(tmp_path):
    bad = X.clone()
    bad[4, 2], bad[7, 0] = torch.nan, torch.inf
    run, notes = recorded(tmp_path, (bad, Y))
    assert run.snapshot(0).statistics(0, "train").counts.tolist() == [20, 18, 20]
    assert any("2 samples with NaN or infinite values" in words for words in notes)


def test_ignored_samples_are_left_out(tmp_path):
    labels = Y.clone()
    labels[:6] = -100
    run, notes = recorded(tmp_path, (X, labels))
    assert run.manifest.train_counts == (18, 18, 18)
    assert any("-100 are left out" in words for words in notes)


def test_samples_are_held_within_a_bound(tmp_path):
    wide = nn.Sequential(nn.Linear(2**15, 4), nn.ReLU(), nn.Linear(4, 3))  # 128 KiB a sample
    bits = torch.zeros(300, 2**15, dtype=torch.float32)
    run, notes = recorded(tmp_path, (bits, torch.arange(300) % 3), wide, sample_memory=3)
    assert run.snapshot(0).statistics(0, "train").counts.tolist() == [8, 8, 8]
    assert any("8 samples a class are kept instead of 100" in words for words in notes)
    with pytest.raises(UserError, match="do not hold two of each of the 3 classes"):
        recorded(tmp_path / "none", (bits, torch.arange(300) % 3), wide, sample_memory=0)


def test_samples_are_held_once(tmp_path):
    class Wide(Dataset):
        def __len__(self):
            return 400

        def __getitem__(self, index):
            return np.full(2**15, index, dtype=np.float32), index % 2

    wide = nn.Sequential(nn.Linear(2**15, 4), nn.ReLU(), nn.Linear(4, 2))
    tracemalloc.start()  # which sees NumPy's memory: torch's copies are those that are kept
    Recorder(tmp_path / "run", wide, DataLoader(Wide(), 16), per_class=150, batch=16).close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 2**17 * 2.5  # what is read at once, and its batch; not 300 samples
