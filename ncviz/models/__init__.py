"""The theory models: one file each declares parameters, moments, scene, charts, words.

`models()` finds what `ncviz.models.model.Model` describes; the Theory room, the gallery, sessions,
`ncviz model`, figures, films and exported files that are opened again follow.
"""
