"""Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): the part that ships with ncviz, and all of it."""

from functools import partial

from ncviz.assets import asset
from ncviz.data.dataset import Entry, Images
from ncviz.data.full import load_full
from ncviz.data.mnist import MnistFiles, read_mnist_files

_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def _load_subset(entry: Entry, *_: object) -> tuple[Images, Images]:
    """Return 1,000 training and 200 test images a class, 28 × 28.

    Raises
    ------
    UserError
        If this installation lacks the files or they are damaged.
    """
    return read_mnist_files(asset("fashion-mnist"), entry)


SUBSET = Entry(
    name="fashion-mnist-subset",
    title="Fashion-MNIST, 1,000 images a class",
    class_names=_CLASSES,
    image_shape=(28, 28),
    loader=_load_subset,
    images="1,000, 200",
    source="ships with ncviz",
)
WHOLE = Entry(
    name="fashion-mnist",
    title="Fashion-MNIST",
    class_names=_CLASSES,
    image_shape=(28, 28),
    loader=partial(load_full, MnistFiles("FashionMNIST")),
    images="6,000, 1,000",
    needs_folder=True,
    download_bytes=30_878_645,
    debian_package="dataset-fashion-mnist",
    order=2,
)
