"""The programs that draw capsules: balls, sticks and edges."""

from ncviz.rendering.shaders import HAZE, OUTLINE, SHADES, SURFACE
from ncviz.scenes.scene import CORE_EDGE

# Balls, sticks and edges are all capsules: the points within a radius of a
# segment. Each is a quad that faces the viewer; the fragment shader meets the
# capsule with the line of sight, so that shape and depth are exact.
_SIGHT = """
uniform float u_perspective;  // 1, or 0 for orthographic
uniform float u_pixel;        // its size in scene units, per unit of distance in perspective

float pixel_at(vec3 point) {
    return u_pixel * mix(1.0, max(-point.z, 1e-6), u_perspective);
}
"""

CAPSULE_VERTEX = (
    """
uniform mat4 u_view;
uniform mat4 u_projection;
uniform float u_layer;  // 1 only what is solid, 2 only what is see-through, 0 both
attribute vec3 a_start;
attribute vec3 a_end;
attribute float a_radius;
attribute vec4 a_color;
attribute float a_lit;
attribute vec4 a_core;
attribute vec4 a_outline;
attribute vec2 a_corner;
varying vec3 v_position;
varying vec3 v_start;
varying vec3 v_end;
varying float v_radius;
varying vec4 v_color;
varying float v_lit;
varying vec4 v_core;
varying vec4 v_outline;
varying float v_solid;
"""
    + _SIGHT
    + """
void main() {
    v_start = (u_view * vec4(a_start, 1.0)).xyz;
    v_end = (u_view * vec4(a_end, 1.0)).xyz;
    vec3 point = a_corner.x < 0.0 ? v_start : v_end;
    float pixel = pixel_at(point);
    v_radius = max(a_radius, mix(0.5, 0.65, a_lit) * pixel);
    vec3 sight = mix(vec3(0.0, 0.0, -1.0), normalize(point), u_perspective);
    vec3 axis = v_end - v_start;
    vec3 side = cross(sight, axis);
    if (dot(side, side) <= 1e-10 * dot(axis, axis)) side = cross(sight, vec3(0.0, 1.0, 0.0));
    side = normalize(side);
    // A ball's outline is wider than the ball when the eye is close.
    float sine = min(v_radius / max(length(point), 1e-6), 0.95) * u_perspective;
    // The rim of a hair line ends half a pixel beyond it; a ball needs more near the eye.
    float reach = v_radius / sqrt(1.0 - sine * sine) + mix(0.6, 1.0, a_lit) * pixel;
    v_position = point + reach * (a_corner.x * cross(side, sight) + a_corner.y * side);
    v_color = a_color;
    v_lit = a_lit;
    v_core = a_core;
    v_outline = a_outline;
    gl_Position = u_projection * vec4(v_position, 1.0);
    // Hair lines have no whole pixel: of each solid pass their quad is nothing.
    float thickest = max(a_radius / min(pixel_at(v_start), pixel_at(v_end)), mix(0.5, 0.65, a_lit));
    v_solid = thickest > 0.501 ? 1.0 : 0.0;
    if (u_layer > 0.5 && u_layer < 1.5 && v_solid < 0.5) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
"""
)

CAPSULE_FRAGMENT = (
    """
uniform mat4 u_projection;
uniform float u_gloss;
uniform float u_layer;
varying vec3 v_position;
varying vec3 v_start;
varying vec3 v_end;
varying float v_radius;
varying vec4 v_color;
varying float v_lit;
varying vec4 v_core;  // colour and radius, as a share of the ball's, of the disc in its middle
varying vec4 v_outline;  // colour, and how opaque
varying float v_solid;  // 1 where a pixel of it may be whole
"""
    + f"const float CORE_EDGE = {CORE_EDGE};\n"
    + _SIGHT
    + OUTLINE
    + HAZE
    + SHADES
    + SURFACE
    + """
float window_depth(float z) {
    float clip = u_projection[2][2] * z + u_projection[3][2];
    return 0.5 + 0.5 * clip / (u_projection[2][3] * z + u_projection[3][3]);
}

void main() {
    vec3 eye = mix(vec3(v_position.xy, 0.0), vec3(0.0), u_perspective);
    vec3 sight = mix(vec3(0.0, 0.0, -1.0), normalize(v_position), u_perspective);

    // Seen along the line of sight, how far does it pass from the axis?
    vec3 axis = v_end - v_start;
    vec3 miss = v_start - eye;
    miss -= sight * dot(miss, sight);
    vec3 across = axis - sight * dot(axis, sight);
    float length2 = dot(axis, axis);
    float across2 = dot(across, across);
    bool is_long = across2 > 1e-6 * length2 && length2 > 0.0;
    float share = is_long ? -dot(miss, across) / across2 : (dot(axis, sight) > 0.0 ? 0.0 : 1.0);
    vec3 nearest = v_start + clamp(share, 0.0, 1.0) * axis;
    vec3 gap = miss + clamp(share, 0.0, 1.0) * across;
    float coverage = clamp((v_radius - length(gap)) / pixel_at(nearest) + 0.5, 0.0, 1.0);
    if (coverage <= 0.0) discard;
    bool solid = v_solid > 0.5 && min(v_color.a, coverage) > 0.999;
    if (u_layer > 0.5 && solid != (u_layer < 1.5)) discard;

    // The surface is met on the round side, or else on the ball at one end.
    float square = v_radius * v_radius;
    bool round_side = false;
    vec3 surface;
    if (is_long) {
        vec3 passing = miss + share * across;
        float inside = max(square - dot(passing, passing), 0.0);
        float run = dot(v_start + share * axis - eye, sight) - sqrt(inside * length2 / across2);
        surface = eye + run * sight;
        float foot = dot(surface - v_start, axis) / length2;
        round_side = foot > 0.0 && foot < 1.0;
        nearest = v_start + clamp(foot, 0.0, 1.0) * axis;
    }
    if (!round_side) {
        gap = nearest - eye;
        float run = dot(gap, sight);
        gap -= run * sight;
        surface = eye + (run - sqrt(max(square - dot(gap, gap), 0.0))) * sight;
    }
    vec3 normal = normalize(surface - nearest);
    float from_core = length(gap) - v_core.a * v_radius;
    float core = v_core.a > 0.0 ? clamp(0.5 - from_core / pixel_at(nearest), 0.0, 1.0) : 0.0;
    // A hair of background around it: the hue of a class may be that of the ball.
    float edge = v_core.a > 0.0
        ? clamp(0.5 - (from_core - CORE_EDGE * v_radius) / pixel_at(nearest), 0.0, 1.0) : 0.0;
    vec3 own = mix(mix(v_color.rgb, u_background, edge), v_core.rgb, core);
    vec3 lit = shade(shadowed(own), lighted(own), 1.0, normal, u_gloss);
    vec3 color = mix(own, lit, v_lit);
    float pixel = pixel_at(nearest);
    float drawn = outline_at((v_radius - length(gap)) / pixel, v_radius / pixel);
    color = mix(color, v_outline.rgb, v_outline.a * drawn);
    // Like glass, a see-through ball is densest where one looks along its surface.
    float glancing = 1.0 - max(-dot(normal, sight), 0.0);
    float alpha = v_color.a + (1.0 - v_color.a) * 0.5 * v_lit * pow(glancing, 3.0);
    gl_FragColor = vec4(fade(color, haze(-surface.z)), alpha * coverage);
    gl_FragDepth = window_depth(surface.z);
}
"""
)
