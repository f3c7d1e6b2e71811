"""CIFAR-10."""

from functools import partial

from ncviz.data.cifar10 import Cifar10Files
from ncviz.data.dataset import Entry
from ncviz.data.full import load_full

CIFAR10 = Entry(
    name="cifar10",
    title="CIFAR-10",
    class_names=(
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ),
    image_shape=(32, 32, 3),
    loader=partial(load_full, Cifar10Files()),
    images="5,000, 1,000",
    needs_folder=True,
    download_bytes=170_052_171,
    order=4,
)
