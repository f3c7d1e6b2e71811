"""Colours as eyes of four kinds see them, and how far apart: CIEDE2000, independent of ncviz.

G. Sharma, W. Wu, E. N. Dalal, The CIEDE2000 color-difference formula: implementation notes,
supplementary test data, and mathematical observations, Color Research & Application 30 (2005).
G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, A physiologically-based model for simulation
of color vision deficiency, IEEE TVCG 15 (2009), at severity 1, on linear light.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SIGHTS: dict[str, Floats] = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)  # of sRGB with its white, D65


def from_hex(hues: tuple[str, ...] | list[str]) -> Floats:
    """Return red, green, blue in 0…1 of colours such as '#E69F00', shape (n, 3)."""
    return np.array([[int(h[i : i + 2], 16) / 255 for i in (1, 3, 5)] for h in hues]).reshape(-1, 3)


def simulated(colors: Floats, sight: str) -> Floats:
    """Return sRGB colours, shape (..., 3) in 0…1, as somebody of this sight sees them."""
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ SIGHTS[sight].T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def lab(colors: Floats) -> Floats:
    """Return L*, a*, b* of sRGB colours, shape (..., 3) in 0…1."""
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    share = linear @ _TO_XYZ.T / _TO_XYZ.sum(axis=1)
    f = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def from_lab(places: Floats) -> Floats:
    """Return sRGB colours of L*, a*, b*, shape (n, 3); beyond 0…1 where no screen shows them."""
    fy = (places[:, 0] + 16) / 116
    f = np.stack([fy + places[:, 1] / 500, fy, fy - places[:, 2] / 200], axis=1)
    share = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    linear = (share * _TO_XYZ.sum(axis=1)) @ np.linalg.inv(_TO_XYZ).T
    bright = 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, bright)


def ciede2000(first: Floats, second: Floats) -> Floats:
    """Return the difference of colours in L*, a*, b*; they broadcast. Numbers: Sharma et al."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(first, -1, 0), np.moveaxis(second, -1, 0)
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))  # (4), (5)
    a1, a2 = stretch * a1, stretch * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)  # (10)
    turn = np.where((h2 - h1 == 180) & ~grey, 180, turn)
    hue_gap = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))  # (11)
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    middle = np.where(np.abs(h1 - h2) > 180, (h1 + h2 + 360) / 2 % 360, (h1 + h2) / 2)
    hue = np.where(grey, h1 + h2, middle)  # (14)
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    weight_l = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    weight_c, weight_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    swing = 60 * np.exp(-(((hue - 275) / 25) ** 2))
    turned = -np.sin(np.radians(swing)) * 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    parts = (l2 - l1) / weight_l, (c2 - c1) / weight_c, hue_gap / weight_h
    return np.asarray(
        np.sqrt(parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2 + turned * parts[1] * parts[2])
    )


def differences(first: Floats, second: Floats) -> Floats:
    """Return how far apart colours are for the eyes that tell them apart least.

    Parameters
    ----------
    first, second : array, shape (n, 3), (m, 3)
        sRGB in 0…1.

    Returns
    -------
    array, shape (n, m)
        The least ΔE00 over `SIGHTS`.
    """
    found = [
        ciede2000(lab(simulated(first, s))[:, None], lab(simulated(second, s))[None])
        for s in SIGHTS
    ]
    return np.asarray(np.min(found, axis=0))
