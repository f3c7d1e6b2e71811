// Draws a scene where there is no WebGL 2: balls as shaded discs, lines as strokes, the farthest first.

const DISC = 64; // pixels of a disc, before it is drawn as large as it is seen
const MOST_DISCS = 600; // of a colour each

class Sketch {
  constructor(canvas, page) {
    this.canvas = canvas;
    this.page = page;
    this.pen = canvas.getContext("2d");
    this.discs = new Map();
  }

  draw(state, camera, theme, hidden) {
    const { pen, canvas, page } = this, { width, height } = canvas;
    const { points, parts, alphas } = state, { samples, balls, lines, at } = parts;
    const project = camera.projector(width, height), things = [];
    const place = (at) => project(points, at), seen = ([x, y, depth]) => depth > 0 && Math.abs(x) + Math.abs(y) < 1e5;
    const ball = (i, p, of, cores) => {
      const middle = place(p), radius = Math.max(of.radii[i] * middle[3], 0.6);
      const disc = () => this.disc(color(of.colors, i, theme), color(of.outlines || {}, i, theme), color(cores, i, theme));
      if (seen(middle)) things.push([middle[2] - of.radii[i], () => this.paint(disc(), middle, radius, of.colors[theme][4 * i + 3] / 255)]);
    };
    for (let i = 0; i < samples.count; i++) if (!hidden(samples.owners[i])) ball(i, 3 * i, samples, {});
    for (let i = 0; i < balls.count; i++) if (!hidden(balls.owners[i])) ball(i, 3 * (at.balls + i), balls, balls.cores);
    for (let i = 0; i < lines.count; i++) {
      if (hidden(lines.owners[i]) || alphas[i] < 0.5) continue;
      const one = place(3 * (at.starts + i)), two = place(3 * (at.ends + i));
      if (!seen(one) || !seen(two)) continue;
      const wide = Math.max(1, lines.radii[i] * (one[3] + two[3])), tint = lines.colors[theme].slice(3 * i, 3 * i + 3);
      things.push([(one[2] + two[2]) / 2, () => this.stroke(one, two, wide, `rgb(${tint.join()})`, alphas[i] / 255)]);
    }
    pen.globalAlpha = 1;
    pen.fillStyle = page.themes[theme].background;
    pen.fillRect(0, 0, width, height);
    pen.lineCap = "round";
    for (const [, paint] of things.sort((one, other) => other[0] - one[0])) paint();
  }

  paint(disc, [x, y], radius, alpha) {
    this.pen.globalAlpha = alpha;
    this.pen.drawImage(disc, x - radius, y - radius, 2 * radius, 2 * radius);
  }

  stroke([x, y], [endX, endY], wide, tint, alpha) {
    const { pen } = this;
    pen.globalAlpha = alpha;
    pen.lineWidth = wide;
    pen.strokeStyle = tint;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(endX, endY);
    pen.stroke();
  }

  // Each colour once: lit from the upper left, with its rim and what is in its middle.
  disc(tint, rim, core) {
    const key = [tint, rim, core].join("|");
    if (this.discs.size > MOST_DISCS) this.discs.clear();
    if (!this.discs.has(key)) this.discs.set(key, madeDisc(tint, rim, core));
    return this.discs.get(key);
  }
}

function color(told, i, theme) {
  return told[theme] ? [...told[theme].slice(4 * i, 4 * i + 4)] : [0, 0, 0, 0];
}

function madeDisc(tint, rim, core) {
  const disc = element("canvas", { width: DISC, height: DISC }), pen = disc.getContext("2d"), half = DISC / 2;
  const shade = (share) => `rgb(${tint.slice(0, 3).map((value) => Math.min(255, Math.round(share * value)))})`;
  const round = (radius, fill) => {
    pen.fillStyle = fill;
    pen.beginPath();
    pen.arc(half, half, radius, 0, 7);
    pen.fill();
  };
  const light = pen.createRadialGradient(0.7 * half, 0.65 * half, 0, half, half, half);
  for (const [at, share] of [[0, 1.2], [0.5, 1], [1, 0.62]]) light.addColorStop(at, shade(share));
  round(half - 1, light);
  if (core[3]) round((half * core[3]) / 255, `rgb(${core.slice(0, 3)})`); // its fourth number is how wide it is
  if (rim[3]) {
    pen.lineWidth = 0.14 * half;
    pen.strokeStyle = `rgba(${rim.slice(0, 3)},${rim[3] / 255})`;
    pen.beginPath();
    pen.arc(half, half, half - 1 - pen.lineWidth / 2, 0, 7);
    pen.stroke();
  }
  return disc;
}
