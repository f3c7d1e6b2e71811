"""A tiny experiment, which trains in a moment, and one of theory: texts of their files."""

TINY = """
title = "Tiny"
group = "Tests"
claim = "A tiny network learns something."
scaled = "Everything."

[source]
authors = "Nobody"
where = "nowhere"
year = 2000
figure = "Fig. 1"

[recipe]
classes = [0, 1, 8]
image_size = 4
images_per_class = 6
depth = 3
width = 5
batch_size = 8
epochs = 3
record = "0, 1"
probe_per_class = 2

[published]
epochs = 4

[vary]
"narrow" = { width = 3 }
"wide" = { width = 9 }

[window]
room = "Layers"
plots = ["law"]
beside = "wide"

[[expected]]
number = "loss"
published = "falls"
relation = "falls"
over = "epochs"
tolerance = 1.0

[[expected]]
number = "nc1"
variant = "wide"
split = "test"
published = "smaller"
relation = "smaller"
than = "narrow"
factor = 100.0

[[expected]]
number = "separation_fuzziness"
layer = 1
epoch = 1
published = "positive"
relation = "at least"
value = 0

[knob]
field = "epochs"
to = 9
then = "It learns longer."
"""

SOLVED = """
title = "Solved"
group = "Theory"
claim = "It is solved."
source = { authors = "Somebody", where = "elsewhere", year = 2001, figure = "Fig. 2" }
model = { name = "layer-peeled", classes = 6, majority = 2, ratio = 3.0 }
expected = [{ number = "R₀", published = "finite", relation = "at most", value = 1e4 }]
knob = { field = "ratio", to = 1.0, then = "The classifiers spread evenly." }
"""
