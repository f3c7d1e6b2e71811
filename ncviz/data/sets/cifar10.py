"""CIFAR-10."""

from ncviz.data.cifar10_files import Cifar10Files
from ncviz.data.dataset import DatasetEntry
from ncviz.language import tr

CIFAR10 = DatasetEntry(
    name="cifar10",
    title=tr("CIFAR-10"),
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
    loader=Cifar10Files().load,
    images="5,000, 1,000",
    needs_folder=True,
    download_bytes=170_052_171,
    order=4,
)
