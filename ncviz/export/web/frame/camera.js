// An orbiting camera, as ncviz/scenes/camera.py has it: z is up, angles in degrees.

const RADIANS = Math.PI / 180;

class Camera {
  constructor(told, moves) {
    Object.assign(this, { ...told, target: [...told.target] });
    this.moves = moves;
  }

  copy(changes) {
    return new Camera({ ...this, ...changes }, this.moves);
  }

  get half() {
    return Math.tan(((this.field_of_view || this.moves.perspective) * RADIANS) / 2);
  }

  get isFlat() {
    return this.field_of_view <= 0;
  }

  orbit(azimuth, elevation) {
    const high = Math.min(89, Math.max(-89, this.elevation + elevation));
    return this.copy({ azimuth: (this.azimuth + azimuth) % 360, elevation: high });
  }

  zoom(factor) {
    const { nearest, farthest } = this.moves;
    return this.copy({ distance: Math.min(farthest, Math.max(nearest, this.distance / factor)) });
  }

  // By shares of the picture's height.
  pan(right, up) {
    const height = 2 * this.distance * this.half, [r, u] = this.basis();
    return this.copy({ target: this.target.map((t, i) => t - height * (right * r[i] + up * u[i])) });
  }

  // To the right, up, and backward, from the target to the eye.
  basis() {
    const a = this.azimuth * RADIANS, e = this.elevation * RADIANS;
    const across = Math.cos(a), along = Math.sin(a), level = Math.cos(e), rise = Math.sin(e);
    return [
      [across, along, 0],
      [-along * rise, across * rise, level],
      [along * level, -across * level, rise],
    ];
  }

  eye() {
    const back = this.basis()[2];
    return this.target.map((t, i) => t + this.distance * back[i]);
  }

  // Matrices column by column, as GL reads them.
  view() {
    const rows = this.basis(), eye = this.eye(), found = new Float32Array(16);
    rows.forEach((row, i) => {
      row.forEach((value, j) => (found[4 * j + i] = value));
      found[12 + i] = -(row[0] * eye[0] + row[1] * eye[1] + row[2] * eye[2]);
    });
    found[15] = 1;
    return found;
  }

  // With so many pixels more than the picture on each side.
  projection(width, height, margin = 0) {
    const near = Math.max(0.02 * this.distance, 0.02), far = this.distance + 100;
    const half = this.half * (this.isFlat ? this.distance : 1), found = new Float32Array(16);
    found[0] = (height / (half * width)) * (width / (width + 2 * margin));
    found[5] = (1 / half) * (height / (height + 2 * margin));
    if (this.isFlat) {
      found[10] = -2 / (far - near);
      found[14] = -(far + near) / (far - near);
      found[15] = 1;
    } else {
      found[10] = -(far + near) / (far - near);
      found[14] = (-2 * far * near) / (far - near);
      found[11] = -1;
    }
    return found;
  }

  pixelsPerUnit(height, depth) {
    return height / (2 * (this.isFlat ? this.distance : depth) * this.half);
  }

  // Where a point falls: x, y from the upper left corner, and how far it lies from the eye.
  projector(width, height) {
    const [right, up, back] = this.basis(), eye = this.eye();
    return (points, at) => {
      const x = points[at] - eye[0], y = points[at + 1] - eye[1], z = points[at + 2] - eye[2];
      const depth = -(x * back[0] + y * back[1] + z * back[2]);
      const scale = this.pixelsPerUnit(height, depth || 1e-9);
      return [
        width / 2 + scale * (x * right[0] + y * right[1] + z * right[2]),
        height / 2 - scale * (x * up[0] + y * up[1] + z * up[2]),
        depth,
        scale,
      ];
    };
  }
}
