// Plots as SVG. Where things stand on the axes comes from ncviz/export/web/charts.py, from 0 to 1.

const SVG = "http://www.w3.org/2000/svg";
const ROOM = { left: 46, right: 12, top: 8, bottom: 36 };
const LETTER = 6.2; // pixels across, about, of the small type

function svg(name, values = {}, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

function element(name, values = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

class Chart {
  constructor(told, pick) {
    this.told = told;
    this.pick = pick;
    this.figure = element("figure", { class: "chart" });
    const head = element("figcaption");
    head.append(element("h2", { title: told.tip, dir: "auto" }, told.title));
    this.words = element("p", { class: "quiet", dir: "auto" });
    this.readings = element("p", { class: "readings", dir: "auto" });
    head.append(this.readings, this.words);
    this.plot = svg("svg", { role: "img", "aria-label": `${told.title}. ${told.tip}` });
    this.legend = element("p", { class: "curves" });
    this.figure.append(head, this.plot, this.legend);
    this.plot.addEventListener("pointerdown", (event) => {
      this.plot.setPointerCapture(event.pointerId);
      this.pointed(event);
    });
    this.plot.addEventListener("pointermove", (event) => event.buttons && this.pointed(event));
    this.frame = -1;
  }

  pointed(event) {
    const box = this.plot.getBoundingClientRect();
    const share = (event.clientX - box.left - ROOM.left) / (box.width - ROOM.left - ROOM.right);
    this.pick(Math.min(1, Math.max(0, share)), this.told);
  }

  // Of a moment (and between moments, for the cursor), a layer and a theme. What is told once
  // is the same at all moments.
  draw(moment, share, layer, theme) {
    const { told } = this, width = Math.max(this.figure.clientWidth, 160);
    const height = Math.round(Math.min(250, Math.max(170, 0.52 * width)));
    const now = (each) => each[each.length > 1 ? moment : 0];
    const key = [told.frames.length > 1 ? moment : 0, width, theme].join();
    if (key !== this.key) {
      this.key = key;
      this.redraw(now(told.frames), width, height, theme);
      this.listed(now(told.frames), theme);
    }
    this.readings.textContent = now(told.readings);
    this.words.textContent = [told.gist, now(told.words)].filter(Boolean).join(" · ");
    const at = told.over === "layers" ? told.here[layer] : told.over === "span" ? told.here[moment] : share;
    const x = ROOM.left + at * (width - ROOM.left - ROOM.right);
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
  }

  redraw(curves, width, height, theme) {
    const { told, plot } = this;
    const wide = width - ROOM.left - ROOM.right, high = height - ROOM.top - ROOM.bottom;
    const x = (share) => +(ROOM.left + share * wide).toFixed(1);
    const y = (share) => +(ROOM.top + (1 - share) * high).toFixed(1);
    plot.setAttribute("width", width);
    plot.setAttribute("height", height);
    plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
    plot.replaceChildren();
    for (const [share, word] of told.rises) {
      plot.append(svg("line", { x1: x(0), x2: x(1), y1: y(share), y2: y(share), class: "grid" }));
      plot.append(svg("text", { x: x(0) - 6, y: y(share) + 4, "text-anchor": "end" }, word));
    }
    let free = -Infinity;
    const ticks = told.ticks.length > 1 ? told.ticks : [...told.ticks];
    const last = ticks[ticks.length - 1];
    for (const [share, word] of ticks) {
      const half = (LETTER * word.length) / 2 + 3, end = x(last[0]) - (LETTER * last[1].length) / 2 - 3;
      if (x(share) - half < free || (share !== last[0] && x(share) + half > end)) continue;
      free = x(share) + half;
      const out = x(share) + half > width; // no word beyond the plot
      const at = { x: out ? width - 1 : x(share), "text-anchor": out ? "end" : "middle" };
      plot.append(svg("text", { ...at, y: y(0) + 15 }, word));
    }
    plot.append(svg("line", { x1: x(0), x2: x(1), y1: y(0), y2: y(0), class: "axis" }));
    plot.append(svg("text", { x: x(0.5), y: height - 4, "text-anchor": "middle" }, told.across));
    for (const [share, word] of told.uprights) {
      plot.append(svg("line", { x1: x(share), x2: x(share), y1: y(0), y2: y(1), class: "upright" }));
      const left = share > 0.85; // no word beyond the plot
      const beside = { x: x(share) + (left ? -4 : 4), "text-anchor": left ? "end" : "start" };
      plot.append(svg("text", { ...beside, y: y(1) + 10 }, word));
    }
    this.cursor = svg("line", { y1: y(0), y2: y(1), class: "cursor" });
    plot.append(this.cursor);
    for (const curve of curves) drawCurve(plot, curve, x, y, theme);
  }

  listed(curves, theme) {
    this.legend.replaceChildren();
    for (const curve of curves.filter((each) => each.named)) {
      const item = element("span");
      const mark = svg("svg", { width: 22, height: 10, "aria-hidden": "true" });
      const flat = { ...curve, at: [0, 1], up: [0.5, 0.5] };
      if (curve.points) mark.append(svg("circle", { cx: 11, cy: 5, r: 3.2, fill: curve.color[theme] }));
      else drawCurve(mark, flat, (s) => 22 * s, () => 5, theme);
      item.append(mark, element("bdi", {}, curve.label));
      this.legend.append(item);
    }
  }
}

function drawCurve(plot, curve, x, y, theme) {
  const color = curve.color[theme];
  let path = "", pen = false;
  curve.up.forEach((share, i) => {
    if (share === null) pen = false;
    else {
      path += `${pen ? "L" : "M"}${x(curve.at[i])} ${y(share)}`;
      pen = true;
    }
  });
  if (!curve.points && path)
    plot.append(svg("path", { d: path, fill: "none", stroke: color, "stroke-width": curve.wide,
      "stroke-dasharray": curve.dash.join(" "), "stroke-linejoin": "round" }));
  const alone = curve.up.filter((share) => share !== null).length === 1;
  if (!curve.points && !alone) return;
  const fill = curve.points === "hollow" ? "none" : color;
  curve.up.forEach((share, i) => {
    if (share !== null)
      plot.append(svg("circle", { cx: x(curve.at[i]), cy: y(share), r: 3.4, fill, stroke: color }));
  });
}

// The cosines between classes, on a canvas: a cell each, the hue of a class where its own would be.
class Matrix {
  constructor(told, carried, side) {
    this.told = told;
    this.cosines = carried.array(told.cosines);
    this.count = told.names.length;
    this.figure = element("figure", { class: "chart" });
    const head = element("figcaption");
    head.append(element("h2", { title: told.tip, dir: "auto" }, told.title));
    if (side) head.append(element("p", { class: "side", dir: "auto" }, side));
    this.words = element("p", { class: "quiet", dir: "auto" });
    head.append(this.words);
    this.side = side;
    this.canvas = element("canvas", { class: "matrix", role: "img" });
    this.said = element("p", { class: "quiet said", dir: "auto" });
    this.bar = element("canvas", { class: "bar", width: 256, height: 1, "aria-hidden": "true" });
    this.ends = element("p", { class: "ends quiet" });
    this.ends.append(...["−1", " ", "1"].map((words) => element("span", {}, words)));
    this.figure.append(head, this.canvas, this.bar, this.ends, this.said);
    this.canvas.addEventListener("pointermove", (event) => this.pointed(event));
    this.canvas.addEventListener("pointerleave", () => (this.said.textContent = ""));
  }

  cosine(row, column) {
    const step = this.cosines[this.from + row * this.count + column];
    return step === 255 ? null : step / 127 - 1;
  }

  pointed(event) {
    const box = this.canvas.getBoundingClientRect();
    const cell = (at, side) => Math.min(this.count - 1, Math.max(0, Math.floor((at / side) * this.count)));
    const row = cell(event.clientY - box.top, box.height), column = cell(event.clientX - box.left, box.width);
    const cosine = row === column ? null : this.cosine(row, column);
    const names = [this.told.names[row], this.told.names[column]];
    const value = cosine === null ? "" : `: ${cosine.toFixed(2).replace("-", "−")}`;
    this.said.textContent = row === column ? names[0] : `${names[0]}, ${names[1]}${value}`;
  }

  draw(moment, layer, theme, layers) {
    const key = [moment, layer, theme].join();
    if (key === this.key) return;
    this.key = key;
    const { told, count } = this, ramp = told.ramps[theme], cell = Math.max(4, Math.floor(320 / count));
    this.from = (moment * layers + layer) * count * count;
    this.words.textContent = told.words[layer];
    const ideal = told.ideals[layer], mark = this.ends.children[1];
    mark.textContent = ideal ? `  ${ideal[1]}  ` : " ";
    if (ideal) mark.style.left = `${100 * ideal[0]}%`;
    this.canvas.width = this.canvas.height = cell * count;
    const pen = this.canvas.getContext("2d"), gap = count <= 40 ? 1 : 0;
    const color = (share) => `#${ramp.slice(6 * Math.round(255 * share), 6 * Math.round(255 * share) + 6)}`;
    for (let row = 0; row < count; row++)
      for (let column = 0; column < count; column++) {
        const cosine = this.cosine(row, column);
        if (row === column) {
          pen.fillStyle = told.hues[row][theme];
          pen.beginPath();
          pen.arc(cell * (column + 0.5), cell * (row + 0.5), 0.3 * cell, 0, 7);
          pen.fill();
        } else if (cosine !== null) {
          pen.fillStyle = color((cosine + 1) / 2);
          pen.fillRect(cell * column, cell * row, cell - gap, cell - gap);
        }
      }
    const bar = this.bar.getContext("2d");
    for (let i = 0; i < 256; i++) {
      bar.fillStyle = color(i / 255);
      bar.fillRect(i, 0, 1, 1);
    }
    this.canvas.setAttribute("aria-label", [told.title, this.side, told.tip].filter(Boolean).join(". "));
  }
}
