"""The window's shaders in the language of WebGL 2."""

import re

from ncviz.rendering.capsule_shaders import CAPSULE_FRAGMENT, CAPSULE_VERTEX
from ncviz.rendering.shaders import SHAPE_FRAGMENT, SPRITE_FRAGMENT, SPRITE_VERTEX, shape_vertex

_HEAD = "#version 300 es\nprecision highp float;\nprecision highp int;\n"
_EXTENSION = re.compile(r"#ifdef GL_EXT_gpu_shader4.*?#endif\n", re.DOTALL)


def shaders() -> dict[str, list[str]]:
    """Return vertex and fragment shaders by what they draw, each the window's own."""
    return {
        "capsules": [in_vertices(CAPSULE_VERTEX), in_fragments(CAPSULE_FRAGMENT)],
        "sprites": [in_vertices(SPRITE_VERTEX), in_fragments(SPRITE_FRAGMENT)],
        "shapes": [in_vertices(shape_vertex(False)), in_fragments(SHAPE_FRAGMENT)],
    }


def in_vertices(source: str) -> str:
    """Return a vertex shader of GLSL 1.20 in GLSL ES 3.00."""
    return _HEAD + re.sub(r"\battribute\b", "in", _common(source, "out"))


def in_fragments(source: str) -> str:
    """Return a fragment shader of GLSL 1.20 in GLSL ES 3.00."""
    body = re.sub(r"\bgl_FragColor\b", "o_color", _common(source, "in"))
    return f"{_HEAD}out vec4 o_color;\n{body}"


def _common(source: str, direction: str) -> str:
    source = _EXTENSION.sub("", source)
    source = re.sub(r"\bFLAT\b", f"flat {direction}", source)
    return re.sub(r"\bvarying\b", direction, source)
