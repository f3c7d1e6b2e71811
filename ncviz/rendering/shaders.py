"""The GLSL sources: version 1.20, so that the oldest desktop drivers take them."""

# Colours of surfaces, shared by all programs. Everything is in eye coordinates:
# x to the right, y up, z toward the viewer.
SHADES = """
// A surface in full shadow and in full light. Shadows keep their hue: deeper in
// colour rather than grey.
vec3 shadowed(vec3 color) { return 0.56 * color * (0.75 + 0.25 * color); }
vec3 lighted(vec3 color) { return 1.06 * color; }
"""

OUTLINE = """
// How much of the outline is seen so many pixels inside the rim of something
// so many pixels large.
float outline_at(float inside, float radius) {
    return clamp(0.5 + max(1.0, 0.14 * radius) - inside, 0.0, 1.0);
}
"""

SURFACE = """
uniform vec3 u_background;

// `white` is what a highlight tends to: less than 1 behind fog.
vec3 shade(vec3 shadow, vec3 light, float white, vec3 normal, float gloss) {
    const vec3 lamp = vec3(-0.490, 0.637, 0.595);
    const vec3 halfway = vec3(-0.274, 0.357, 0.893);
    float wrapped = 0.5 + 0.5 * dot(normal, lamp);
    float sheen = max(dot(normal, halfway), 0.0);
    sheen *= sheen; sheen *= sheen; sheen *= sheen;
    float spot = sheen * sheen; spot *= spot; spot *= spot;
    vec3 lit = mix(shadow, light, wrapped * wrapped * (3.0 - 2.0 * wrapped));
    // A darker rim sets a ball apart from those of its colour behind it.
    lit *= 0.74 + 0.26 * min(1.7 * normal.z, 1.0);
    return lit + gloss * (0.12 * sheen + 0.30 * spot) * (white - 0.6 * lit);
}

vec3 fade(vec3 color, float haze) {
    return mix(color, u_background, haze);
}
"""

HAZE = """
uniform vec3 u_haze;  // where it begins, 1 / how far it reaches, how thick it gets

float haze(float distance) {
    return u_haze.z * clamp((distance - u_haze.x) * u_haze.y, 0.0, 1.0);
}
"""

# All fragments of a sprite share its varyings: not to interpolate them is cheaper.
# Version 1.20 knows that as an extension; without it they are interpolated
# between equal values.
_FLAT = """
#ifdef GL_EXT_gpu_shader4
#extension GL_EXT_gpu_shader4 : enable
#define FLAT flat varying
#else
#define FLAT varying
#endif
"""

# A sample is one point sprite. Its disc is measured from gl_FragCoord, because
# drivers disagree on the origin and the rounding of gl_PointCoord.
SPRITE_VERTEX = (
    _FLAT
    + """
uniform mat4 u_view;
uniform mat4 u_projection;
uniform vec4 u_viewport;  // its lower left corner and its size, in pixels
uniform vec3 u_background;
attribute vec3 a_position;
attribute float a_radius;
attribute vec4 a_color;
attribute vec4 a_outline;  // its colour, and how opaque it is
FLAT vec4 v_place;  // centre, 1 / radius, in pixels; how much less deep the front is
FLAT vec4 v_base;  // what is there without any light, fog included; how opaque
FLAT vec4 v_light;  // what light adds; what a highlight tends to
FLAT vec4 v_rim;  // the outline, fog included
"""
    + HAZE
    + """
void main() {
    vec4 eye = u_view * vec4(a_position, 1.0);
    gl_Position = u_projection * eye;
    vec2 center = u_viewport.xy + (0.5 + 0.5 * gl_Position.xy / gl_Position.w) * u_viewport.zw;
    float radius = max(0.5 * u_viewport.w * u_projection[1][1] * a_radius / gl_Position.w, 0.6);
    gl_PointSize = 2.0 * radius + 0.7;  // all of the rim but what is too faint to be seen
    vec4 front = u_projection * (eye + vec4(0.0, 0.0, a_radius, 0.0));
    v_place.xy = center;
    v_place.z = 1.0 / radius;
    v_place.w = 0.5 * (gl_Position.z / gl_Position.w - front.z / front.w);
    // What a fragment need not work out is worked out here. Shadows are deeper
    // in colour rather than grey, as those of `shadowed`.
    float fog = haze(-eye.z);
    vec3 color = a_color.rgb;
    v_base = vec4((1.0 - fog) * 0.2065 * color * color + fog * u_background, a_color.a);
    v_light = vec4((1.0 - fog) * color * (1.0 - 0.1996 * color), 1.0 - fog);
    v_rim = vec4(mix(a_outline.rgb, u_background, fog), a_outline.a);
}
"""
)

# The same light as `shade`, fitted by least squares over the disc with few
# multiplications: there are as many fragments as in all the rest together.
SPRITE_FRAGMENT = (
    _FLAT
    + """
uniform float u_gloss;
FLAT vec4 v_place;
FLAT vec4 v_base;
FLAT vec4 v_light;
FLAT vec4 v_rim;
"""
    + OUTLINE
    + """
void main() {
    vec2 offset = (gl_FragCoord.xy - v_place.xy) * v_place.z;
    float inside = 1.0 - dot(offset, offset);
    // Near the rim that is twice the distance to it.
    float coverage = 0.5 + 0.5 * inside / v_place.z;
    if (coverage <= 0.0) discard;
    float z = sqrt(clamp(inside, 0.0, 1.0));
    float light = 0.5328 - 0.1718 * offset.x + 0.2234 * offset.y + 0.3097 * z
        + 0.1459 * clamp(1.7 * z, 0.0, 1.0);
    float sheen = clamp(4.465 * z - 1.370 * offset.x + 1.785 * offset.y - 4.0, 0.0, 1.0);
    sheen *= sheen;
    sheen *= u_gloss * 0.325 * sheen;
    vec3 color = (light * v_light.rgb + v_base.rgb) * (1.0 - 0.6 * sheen) + sheen * v_light.a;
    float radius = 1.0 / v_place.z;
    color = mix(color, v_rim.rgb, v_rim.a * outline_at(0.5 * inside * radius, radius));
    float alpha = v_base.a * clamp(coverage, 0.0, 1.0);
    gl_FragColor = vec4(alpha * color, alpha);
    gl_FragDepth = gl_FragCoord.z - v_place.w * z;
}
"""
)

# Shapes are billboards. Each is the inside of an outline, lit as a pillow as
# high as its inscribed circle is wide: for a circle that is exactly a ball.
_EXTENT = "1.45"  # of the farthest corner, in radii


def shape_vertex(as_quads: bool) -> str:
    """Return the source for shapes: one quad each, or one point sprite each."""
    place = (
        """
    gl_Position.xy += a_corner * gl_Position.w * 2.0 * (v_radius * EXTENT + 1.0) / u_viewport.zw;
"""
        if as_quads
        else """
    gl_PointSize = 2.0 * EXTENT * v_radius + 1.1;
"""
    )
    source = (
        """
uniform mat4 u_view;
uniform mat4 u_projection;
uniform vec4 u_viewport;
attribute vec3 a_position;
attribute float a_radius;
attribute vec4 a_color;
attribute float a_shape;
attribute vec4 a_outline;
attribute vec2 a_corner;
varying vec2 v_center;
varying float v_radius;
varying float v_rise;
varying vec4 v_color;
varying float v_haze;
varying float v_shape;
varying vec4 v_outline;
"""
        + HAZE
        + """
void main() {
    vec4 eye = u_view * vec4(a_position, 1.0);
    gl_Position = u_projection * eye;
    v_center = u_viewport.xy + (0.5 + 0.5 * gl_Position.xy / gl_Position.w) * u_viewport.zw;
    v_radius = max(0.5 * u_viewport.w * u_projection[1][1] * a_radius / gl_Position.w, 0.6);
    vec4 front = u_projection * (eye + vec4(0.0, 0.0, a_radius, 0.0));
    v_rise = 0.5 * (gl_Position.z / gl_Position.w - front.z / front.w);
    v_color = a_color;
    v_haze = haze(-eye.z);
    v_shape = a_shape;
    v_outline = a_outline;
"""
        + place
        + "}\n"
    )
    if not as_quads:
        source = source.replace("attribute vec2 a_corner;\n", "")
    return source.replace("EXTENT", _EXTENT)


SHAPE_FRAGMENT = (
    """
uniform float u_gloss;
varying vec2 v_center;
varying float v_radius;
varying float v_rise;
varying vec4 v_color;
varying float v_haze;
varying float v_shape;
varying vec4 v_outline;
"""
    + SHADES
    + SURFACE
    + OUTLINE
    + """
// All outlines return the direction outward and how far inside the point is,
// both in radii, and how far inside the innermost point is.

vec4 circle(vec2 p) {
    float far = length(p);
    return vec4(p / max(far, 1e-4), 1.0 - far, 1.0);
}

vec4 polygon(vec2 p, float sides, float turn, float inner) {
    float sector = 6.2831853 / sides;
    float angle = floor((atan(p.y, p.x) - turn) / sector + 0.5) * sector + turn;
    vec2 outward = vec2(cos(angle), sin(angle));
    return vec4(outward, inner - dot(p, outward), inner);
}

vec4 diamond(vec2 p) {
    vec2 outward = normalize(vec2(1.30, 0.86));
    vec2 s = vec2(p.x < 0.0 ? -1.0 : 1.0, p.y < 0.0 ? -1.0 : 1.0);
    float inner = 0.80;
    return vec4(outward * s, inner - dot(p * s, outward), inner);
}

vec4 cross_(vec2 p) {
    const float arm = 1.22, half_width = 0.42;
    vec2 q = abs(p);
    vec2 s = vec2(p.x < 0.0 ? -1.0 : 1.0, p.y < 0.0 ? -1.0 : 1.0);
    bool tall = q.y > q.x;
    if (tall) q = q.yx;
    float side = half_width - q.y, end = arm - q.x;
    vec2 outward = side < end ? vec2(0.0, 1.0) : vec2(1.0, 0.0);
    if (tall) outward = outward.yx;
    return vec4(outward * s, min(side, end), half_width);
}

vec4 star(vec2 p) {
    const float sector = 1.2566371;
    float turn = floor((atan(p.x, p.y)) / sector + 0.5) * sector;
    vec2 up = vec2(sin(turn), cos(turn)), aside = vec2(up.y, -up.x);
    vec2 q = vec2(dot(p, aside), dot(p, up));
    float s = q.x < 0.0 ? -1.0 : 1.0;
    // From a tip at 1.40 to a notch at 0.62.
    const vec2 tip = vec2(0.0, 1.40), notch = vec2(0.364, 0.502);
    vec2 along = normalize(notch - tip);
    vec2 outward = vec2(-along.y, along.x);
    float inside = -dot(vec2(abs(q.x), q.y) - tip, outward);
    outward.x *= s;
    return vec4(outward.x * aside + outward.y * up, inside, 0.46);
}

void main() {
    vec2 p = (gl_FragCoord.xy - v_center) / v_radius;
    vec4 rim;
    if (v_shape < 0.5) rim = circle(p);
    else if (v_shape < 1.5) rim = polygon(p, 4.0, 0.0, 0.88);
    else if (v_shape < 2.5) rim = polygon(p + vec2(0.0, 0.10), 3.0, -1.5707963, 0.70);
    else if (v_shape < 3.5) rim = diamond(p);
    else if (v_shape < 4.5) rim = cross_(p);
    else if (v_shape < 5.5) rim = polygon(p, 6.0, 0.0, 0.95);
    else rim = star(p);
    float coverage = clamp(v_radius * rim.z + 0.5, 0.0, 1.0);
    if (coverage <= 0.0) discard;
    float slope = 1.0 - clamp(rim.z / rim.w, 0.0, 1.0);
    // Softer than a ball's rim, so that facets read as facets.
    if (v_shape > 0.5) slope *= 0.85;
    vec3 normal = vec3(rim.xy * slope, sqrt(1.0 - slope * slope));
    vec3 lit = shade(shadowed(v_color.rgb), lighted(v_color.rgb), 1.0, normal, u_gloss);
    float drawn = v_outline.a * outline_at(v_radius * rim.z, v_radius);
    vec3 color = fade(mix(lit, v_outline.rgb, drawn), v_haze);
    gl_FragColor = vec4(color, v_color.a * coverage);
    gl_FragDepth = gl_FragCoord.z - v_rise * normal.z;
}
"""
)
