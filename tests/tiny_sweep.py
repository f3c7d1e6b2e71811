"""A tiny sweep, whose cells train in a moment, and one of theory: texts of their files."""

TINY = """
[base]
classes = [0, 1, 8]
image_size = 4
images_per_class = 6
batch_size = 8
epochs = 4
record = "0, 2"
probe_per_class = 2

[grid]
depth = [2, 3]
width = [3, 5]
seeds = 2

[[exclude]]
depth = 3
width = 5
"""

SOLVED = """
[sweep]
title = "Minority"
model = "layer-peeled"
[base]
classes = 6
[grid]
majority = [2, 3]
ratio = { from = 1, to = 100, count = 3, log = true }
"""
