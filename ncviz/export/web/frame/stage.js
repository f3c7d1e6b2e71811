// Draws a scene with the window's own shaders, in the order of ncviz/rendering/panels.py.

const CAPSULE = [["a_start", 3], ["a_end", 3], ["a_radius", 1], ["a_color", 4], ["a_lit", 1],
  ["a_core", 4], ["a_outline", 4]];
const FLOATS = CAPSULE.reduce((all, [, size]) => all + size, 0);
const MARGIN = 64; // pixels: so far outside sprites are drawn still
const BUCKETS = 4096;

class Stage {
  constructor(canvas, page) {
    this.canvas = canvas;
    this.page = page;
    const wanted = { alpha: false, antialias: false, preserveDrawingBuffer: true };
    this.gl = canvas.getContext("webgl2", wanted);
    if (!this.gl) throw new Error("no WebGL 2");
    this.set();
  }

  // Also after the context was lost.
  set() {
    const gl = this.gl, { shaders, gloss } = this.page;
    this.programs = {
      solids: new Program(gl, shaders.capsules, { u_gloss: gloss.balls }),
      large: new Program(gl, shaders.capsules, { u_gloss: gloss.samples }),
      sprites: new Program(gl, shaders.sprites, { u_gloss: gloss.samples }),
      shapes: new Program(gl, shaders.shapes, { u_gloss: gloss.samples }),
    };
    this.corners = filled(gl, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]));
    this.instances = gl.createBuffer();
    this.places = gl.createBuffer();
    this.order = gl.createBuffer();
    this.fixed = new Map(); // buffers of what does not move, by parts and theme
    this.limit = gl.getParameter(gl.ALIASED_POINT_SIZE_RANGE)[1];
  }

  // Draw what is seen; `hidden` tells of an owner whether it is.
  draw(state, camera, theme, hidden) {
    const gl = this.gl, { width, height } = this.canvas;
    const background = rgb(this.page.themes[theme].background);
    const frame = this.frame(state, camera, width, height, background);
    gl.disable(gl.SCISSOR_TEST);
    gl.disable(gl.CULL_FACE);
    gl.viewport(0, 0, width, height);
    gl.depthMask(true);
    gl.depthFunc(gl.LESS);
    gl.clearColor(...background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    const solids = capsulesOf(state, camera, theme, hidden);
    gl.disable(gl.BLEND);
    this.capsules(this.programs.solids, solids.whole, frame, 1);
    gl.enable(gl.BLEND);
    blend(gl);
    this.samples(state, camera, theme, hidden, frame);
    gl.depthMask(false);
    this.capsules(this.programs.solids, solids.sorted, frame, 2);
    gl.depthMask(true);
  }

  frame(state, camera, width, height, background) {
    const reach = Math.max(reachOf(state, camera.target), 1e-3);
    return {
      u_view: camera.view(),
      u_projection: camera.projection(width, height),
      u_viewport: [0, 0, width, height],
      u_perspective: camera.isFlat ? 0 : 1,
      u_pixel: 1 / camera.pixelsPerUnit(height, 1),
      u_background: background,
      u_haze: [camera.distance - reach, 0.5 / reach, state.parts.fog],
    };
  }

  capsules(program, instances, frame, layer) {
    if (!instances.length) return;
    const gl = this.gl;
    program.use({ ...frame, u_layer: layer });
    gl.bindBuffer(gl.ARRAY_BUFFER, this.corners);
    program.point("a_corner", 2, 0, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
    gl.bufferData(gl.ARRAY_BUFFER, instances, gl.DYNAMIC_DRAW);
    let at = 0;
    for (const [name, size] of CAPSULE) {
      program.point(name, size, 4 * FLOATS, 4 * at, 1);
      at += size;
    }
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, instances.length / FLOATS);
    program.rest();
  }

  samples(state, camera, theme, hidden, frame) {
    const gl = this.gl, { samples } = state.parts, { width, height } = this.canvas;
    if (!samples.count) return;
    const order = backToFront(state, camera, hidden);
    if (!order.length) return;
    const nearest = Math.max(camera.distance - reachOf(state, camera.target), 0.02 * camera.distance);
    const largest = 2 * samples.radii[0] * camera.pixelsPerUnit(height, nearest) + 2;
    if (largest > this.limit && !samples.shapes) {
      this.capsules(this.programs.large, samplesAsCapsules(state, order, theme), frame, 0);
      return;
    }
    const program = samples.shapes ? this.programs.shapes : this.programs.sprites;
    if (!samples.shapes) gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA); // multiplied with alpha already
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(0, 0, width, height);
    gl.viewport(-MARGIN, -MARGIN, width + 2 * MARGIN, height + 2 * MARGIN);
    program.use({
      ...frame,
      u_projection: camera.projection(width, height, MARGIN),
      u_viewport: [-MARGIN, -MARGIN, width + 2 * MARGIN, height + 2 * MARGIN],
    });
    const fixed = this.fixedOf(state.parts, theme);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.places);
    gl.bufferData(gl.ARRAY_BUFFER, state.points.subarray(0, 3 * samples.count), gl.DYNAMIC_DRAW);
    program.point("a_position", 3, 0, 0, 0);
    for (const [name, size, buffer, kind] of fixed) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      program.point(name, size, 0, 0, 0, kind);
    }
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.order);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.DYNAMIC_DRAW);
    gl.drawElements(gl.POINTS, order.length, gl.UNSIGNED_INT, 0);
    program.rest();
    gl.disable(gl.SCISSOR_TEST);
    gl.viewport(0, 0, width, height);
    blend(gl);
  }

  fixedOf(parts, theme) {
    const gl = this.gl, { samples } = parts;
    if (!this.fixed.has(parts)) this.fixed.set(parts, {});
    const known = this.fixed.get(parts);
    if (!known[theme]) {
      const outlines = samples.outlines[theme] || new Uint8Array(4 * samples.count);
      known[theme] = [
        ["a_radius", 1, filled(gl, samples.radii), gl.FLOAT],
        ["a_color", 4, filled(gl, samples.colors[theme]), gl.UNSIGNED_BYTE],
        ["a_outline", 4, filled(gl, outlines), gl.UNSIGNED_BYTE],
        ...(samples.shapes ? [["a_shape", 1, filled(gl, samples.shapes), gl.FLOAT]] : []),
      ];
    }
    return known[theme];
  }
}

class Program {
  constructor(gl, [vertex, fragment], always) {
    this.gl = gl;
    this.program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(this.program, shader);
    }
    gl.linkProgram(this.program);
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS) && !gl.isContextLost())
      throw new Error(gl.getProgramInfoLog(this.program));
    this.always = always;
    this.uniforms = new Map();
    this.used = [];
  }

  use(values) {
    const gl = this.gl;
    gl.useProgram(this.program);
    for (const [name, value] of Object.entries({ ...values, ...this.always })) {
      if (!this.uniforms.has(name)) this.uniforms.set(name, gl.getUniformLocation(this.program, name));
      const place = this.uniforms.get(name);
      if (place === null) continue;
      if (typeof value === "number") gl.uniform1f(place, value);
      else if (value.length === 16) gl.uniformMatrix4fv(place, false, value);
      else if (value.length === 4) gl.uniform4fv(place, value);
      else gl.uniform3fv(place, value);
    }
  }

  point(name, size, stride, at, divisor, kind = this.gl.FLOAT) {
    const gl = this.gl, place = gl.getAttribLocation(this.program, name);
    if (place < 0) return;
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, kind, kind === gl.UNSIGNED_BYTE, stride, at);
    gl.vertexAttribDivisor(place, divisor);
    this.used.push(place);
  }

  rest() {
    for (const place of this.used) {
      this.gl.vertexAttribDivisor(place, 0);
      this.gl.disableVertexAttribArray(place);
    }
    this.used = [];
  }
}

function blend(gl) {
  gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
}

function filled(gl, array) {
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, array, gl.STATIC_DRAW);
  return buffer;
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
}

// How far from a point the farthest thing lies; fog begins there.
function reachOf(state, target) {
  const { points, parts } = state, end = 3 * parts.at.labels;
  let most = 0;
  for (let i = 0; i < end; i += 3) {
    const x = points[i] - target[0], y = points[i + 1] - target[1], z = points[i + 2] - target[2];
    const square = x * x + y * y + z * z;
    if (square > most && square < 1e12) most = square;
  }
  return Math.sqrt(most);
}

// Balls and lines for the program of capsules: all back to front, and the opaque ones.
function capsulesOf(state, camera, theme, hidden) {
  const { parts, points, alphas } = state, { balls, lines, at } = parts;
  const [bx, by, bz] = camera.basis()[2], found = [];
  for (let i = 0; i < balls.count; i++) {
    if (hidden(balls.owners[i])) continue;
    const p = 3 * (at.balls + i);
    const near = bx * points[p] + by * points[p + 1] + bz * points[p + 2] + balls.radii[i];
    found.push({ near, ball: true, i, p, q: p, opaque: balls.colors[theme][4 * i + 3] > 254 });
  }
  for (let i = 0; i < lines.count; i++) {
    if (hidden(lines.owners[i]) || alphas[i] < 0.5) continue;
    const p = 3 * (at.starts + i), q = 3 * (at.ends + i);
    const near = (bx * (points[p] + points[q]) + by * (points[p + 1] + points[q + 1]) +
      bz * (points[p + 2] + points[q + 2])) / 2;
    found.push({ near, ball: false, i, p, q, opaque: alphas[i] > 254 });
  }
  found.sort((one, other) => one.near - other.near);
  const written = (things) => {
    const all = new Float32Array(FLOATS * things.length);
    things.forEach(({ ball, i, p, q }, number) => {
      const o = FLOATS * number;
      for (let k = 0; k < 3; k++) {
        all[o + k] = points[p + k];
        all[o + 3 + k] = points[q + k];
      }
      const of = ball ? balls : lines, width = ball ? 4 : 3;
      all[o + 6] = of.radii[i];
      for (let k = 0; k < 3; k++) all[o + 7 + k] = of.colors[theme][width * i + k] / 255;
      all[o + 10] = (ball ? balls.colors[theme][4 * i + 3] : alphas[i]) / 255;
      all[o + 11] = ball ? 1 : lines.lit[i];
      if (ball) for (let k = 0; k < 4; k++) all[o + 12 + k] = balls.cores[theme][4 * i + k] / 255;
    });
    return all;
  };
  return { sorted: written(found), whole: written(found.filter((thing) => thing.opaque)) };
}

function samplesAsCapsules(state, order, theme) {
  const { samples } = state.parts, outlines = samples.outlines[theme];
  const all = new Float32Array(FLOATS * order.length);
  order.forEach((i, number) => {
    const o = FLOATS * number;
    for (let k = 0; k < 3; k++) all[o + k] = all[o + 3 + k] = state.points[3 * i + k];
    all[o + 6] = samples.radii[i];
    for (let k = 0; k < 4; k++) {
      all[o + 7 + k] = samples.colors[theme][4 * i + k] / 255;
      if (outlines) all[o + 16 + k] = outlines[4 * i + k] / 255;
    }
    all[o + 11] = 1;
  });
  return all;
}

// Numbers of the samples that are seen, the farthest first: sorted into buckets by depth.
function backToFront(state, camera, hidden) {
  const { points, parts } = state, { count, owners } = parts.samples;
  const [bx, by, bz] = camera.basis()[2], near = new Float32Array(count);
  let low = Infinity, high = -Infinity, seen = 0;
  for (let i = 0; i < count; i++) {
    const value = bx * points[3 * i] + by * points[3 * i + 1] + bz * points[3 * i + 2];
    near[i] = hidden(owners[i]) || Math.abs(value) > 1e6 ? NaN : value;
    if (near[i] !== near[i]) continue;
    seen++;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = (BUCKETS - 1) / Math.max(high - low, 1e-9), starts = new Uint32Array(BUCKETS + 1);
  for (let i = 0; i < count; i++)
    if (near[i] === near[i]) starts[1 + Math.floor((near[i] - low) * scale)]++;
  for (let b = 0; b < BUCKETS; b++) starts[b + 1] += starts[b];
  const order = new Uint32Array(seen);
  for (let i = 0; i < count; i++)
    if (near[i] === near[i]) order[starts[Math.floor((near[i] - low) * scale)]++] = i;
  return order;
}
