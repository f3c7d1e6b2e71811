"""Twelve samples of three classes, in turn."""

import numpy as np

N = 12
Y = np.arange(N) % 3
