"""Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): the part that ships with ncviz, and all of it."""

from ncviz.assets import asset
from ncviz.data.dataset import DatasetEntry, Images
from ncviz.data.mnist_files import MnistFiles
from ncviz.language import tr

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


_FILES = MnistFiles("FashionMNIST")


def _load_subset(entry: DatasetEntry, *_: object) -> tuple[Images, Images]:
    """Return 1,000 training and 200 test images a class, 28 × 28."""
    return _FILES.read(asset("fashion-mnist"), entry)


SUBSET = DatasetEntry(
    name="fashion-mnist-subset",
    title=tr("Fashion-MNIST, 1,000 images a class"),
    class_names=_CLASSES,
    image_shape=(28, 28),
    loader=_load_subset,
    images="1,000, 200",
    source="ships with ncviz",
)
WHOLE = DatasetEntry(
    name="fashion-mnist",
    title=tr("Fashion-MNIST"),
    class_names=_CLASSES,
    image_shape=(28, 28),
    loader=_FILES.load,
    images="6,000, 1,000",
    needs_folder=True,
    download_bytes=30_878_645,
    debian_package="dataset-fashion-mnist",
    order=2,
)
