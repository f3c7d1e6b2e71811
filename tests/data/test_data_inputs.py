import numpy as np
import pytest
import torch

from ncviz.data.dataset import Images
from ncviz.data.inputs import mean_and_std, to_inputs
from ncviz.errors import UserError


def random_images(*shape: int) -> Images:
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    pixels.flags.writeable = False  # as arrays read from a file are
    return Images(pixels, np.zeros(shape[0], np.int64), ("only",))


def test_grey_pixels_at_their_own_size():
    images = random_images(5, 8, 8)
    inputs = to_inputs(images, 8)
    assert inputs.dtype == torch.float32
    np.testing.assert_array_equal(
        inputs.numpy(), images.pixels.reshape(5, 1, 8, 8).astype(np.float32) / np.float32(255)
    )


def test_colour_is_laid_out_channel_by_channel():
    images = random_images(5, 4, 4, 3)
    inputs = to_inputs(images, 4)
    np.testing.assert_allclose(inputs[2, 1].numpy(), images.pixels[2, :, :, 1] / 255, rtol=1e-6)


@pytest.mark.parametrize(("shape", "channels"), [((3, 28, 28), 1), ((3, 32, 32, 3), 3)])
def test_shape_after_resizing(shape, channels):
    assert to_inputs(random_images(*shape), 10).shape == (3, channels, 10, 10)


def test_shrinking_antialiases():
    stripes = np.zeros((1, 16, 16), np.uint8)
    stripes[:, :, ::2] = 255
    inputs = to_inputs(Images(stripes, np.zeros(1, np.int64), ("only",)), 4)
    assert inputs.reshape(4, 4)[:, 1:3].sub(0.5).abs().max() < 0.02


def test_enlarging_keeps_the_range():
    inputs = to_inputs(random_images(3, 8, 8), 28)
    assert 0 <= inputs.min() < inputs.max() <= 1


def test_training_images_are_standardised_exactly():
    images = random_images(50, 28, 28)
    inputs = to_inputs(images, 10, mean_and_std(images, 10)).double()
    assert inputs.mean().item() == pytest.approx(0, abs=1e-6)
    assert inputs.std(correction=0).item() == pytest.approx(1, abs=1e-6)


def test_other_images_use_the_same_numbers():
    images = random_images(4, 8, 8)
    torch.testing.assert_close(
        to_inputs(images, 8, (0.25, 0.5)), (to_inputs(images, 8) - 0.25) / 0.5
    )


def test_mean_and_std_are_those_of_the_pixels():
    images = random_images(50, 8, 8, 3)
    mean, std = mean_and_std(images, 8)
    assert mean == pytest.approx(images.pixels.mean() / 255, rel=1e-6)
    assert std == pytest.approx(images.pixels.std() / 255, rel=1e-6)


def test_deterministic_and_input_untouched():
    images = random_images(20, 28, 28)
    before = images.pixels.copy()
    assert torch.equal(to_inputs(images, 10, (0.1, 0.2)), to_inputs(images, 10, (0.1, 0.2)))
    np.testing.assert_array_equal(images.pixels, before)


def test_refusals():
    with pytest.raises(UserError, match="image size is 0"):
        to_inputs(random_images(1, 8, 8), 0)
    flat = Images(np.full((3, 8, 8), 7, np.uint8), np.zeros(3, np.int64), ("only",))
    with pytest.raises(UserError, match="All pixels of the training images are equal"):
        mean_and_std(flat, 8)
