"""MNIST."""

from ncviz.data.dataset import DatasetEntry
from ncviz.data.mnist_files import MnistFiles
from ncviz.language import tr

MNIST = DatasetEntry(
    name="mnist",
    title=tr("MNIST"),
    class_names=tuple("0123456789"),
    image_shape=(28, 28),
    loader=MnistFiles("MNIST").load,
    images="about 6,000, about 1,000",
    needs_folder=True,
    download_bytes=11_594_722,
    order=3,
)
