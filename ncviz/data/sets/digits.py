"""The digits of scikit-learn."""

import numpy as np

from ncviz.data.dataset import DatasetEntry, Images
from ncviz.data.subset import shuffled_indices
from ncviz.language import tr

_SPLIT_SEED = 0
_TEST_SHARE = 5


def _load(entry: DatasetEntry, *_: object) -> tuple[Images, Images]:
    """Read the digits and split them, always in the same way.

    Returns
    -------
    tuple of Images
        Training and test images, 8 × 8; a fifth of each class is for testing.
        The 17 levels of grey are spread over 0 to 255.
    """
    from sklearn import datasets

    values, labels = datasets.load_digits(return_X_y=True)
    pixels = np.rint(values.reshape(-1, *entry.image_shape) * (255 / 16)).astype(np.uint8)
    images = Images(pixels, labels.astype(np.int64), entry.class_names)
    train, test = [], []
    for label in range(len(entry.class_names)):
        indices = shuffled_indices(images.labels, label, _SPLIT_SEED)
        held_out = len(indices) // _TEST_SHARE
        test.append(indices[:held_out])
        train.append(indices[held_out:])
    return _part(images, train), _part(images, test)


def _part(images: Images, indices: list[np.ndarray]) -> Images:
    chosen = np.sort(np.concatenate(indices))
    return Images(images.pixels[chosen], images.labels[chosen], images.class_names)


DIGITS = DatasetEntry(
    name="digits",
    title=tr("Digits 8 × 8"),
    class_names=tuple("0123456789"),
    image_shape=(8, 8),
    loader=_load,
    images="140 to 147, 34 to 36",
    source="ships with scikit-learn",
    order=1,
)
