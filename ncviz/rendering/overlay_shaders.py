"""The GLSL sources of what lies on top: words, rings and lines, in pixels."""

WORD_VERTEX = """
attribute vec2 a_position;
attribute vec2 a_texture;
varying vec2 v_texture;

void main() {
    v_texture = a_texture;
    gl_Position = vec4(a_position, 0.0, 1.0);
}
"""

WORD_FRAGMENT = """
uniform sampler2D u_texture;
varying vec2 v_texture;

void main() {
    gl_FragColor = texture2D(u_texture, v_texture);
}
"""

# A mark is all that lies about as far from a segment as its radius: a ring
# around a point, a line with radius 0. Everything in pixels.
MARK_VERTEX = """
attribute vec2 a_position;
attribute vec2 a_pixel;
attribute vec2 a_start;
attribute vec2 a_end;
attribute vec2 a_shape;  // radius, half the width
attribute vec4 a_color;
varying vec2 v_pixel;
varying vec2 v_start;
varying vec2 v_end;
varying vec2 v_shape;
varying vec4 v_color;

void main() {
    v_pixel = a_pixel;
    v_start = a_start;
    v_end = a_end;
    v_shape = a_shape;
    v_color = a_color;
    gl_Position = vec4(a_position, 0.0, 1.0);
}
"""

MARK_FRAGMENT = """
varying vec2 v_pixel;
varying vec2 v_start;
varying vec2 v_end;
varying vec2 v_shape;
varying vec4 v_color;

void main() {
    vec2 along = v_end - v_start, gap = v_pixel - v_start;
    gap -= along * clamp(dot(gap, along) / max(dot(along, along), 1e-6), 0.0, 1.0);
    float alpha = v_color.a * clamp(v_shape.y - abs(length(gap) - v_shape.x) + 0.5, 0.0, 1.0);
    gl_FragColor = vec4(v_color.rgb * alpha, alpha);
}
"""
