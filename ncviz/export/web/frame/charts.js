// Plots as SVG. Where things stand on the axes comes from ncviz/export/web/charts.py, from 0 to 1.
// Their pixels are those of type of the usual size, and grow with it.

const SVG = "http://www.w3.org/2000/svg";
const ROOM = { left: 46, right: 12, top: 8, bottom: 36 };
const PEN = document.createElement("canvas").getContext("2d"); // measures words

function svg(name, values = {}, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

// Text of a plot, its indices lowered.
function svgText(values, text) {
  const made = svg("text", values);
  let low = false;
  for (const part of typeset(text)) {
    const isLow = typeof part !== "string", shift = isLow ? { dy: 3, "font-size": 9 } : low ? { dy: -3 } : {};
    made.append(svg("tspan", shift, isLow ? part.textContent : part));
    low = isLow;
  }
  return made;
}

function typeScale() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 15;
}

// Numbers side by side, each of which answers.
function tell(place, parts) {
  if (place.written === parts) return;
  place.written = parts;
  const whole = ([text, key]) => {
    const made = element("span"); // no line ends within it while it has room in one
    made.append(...terms.word(text, key));
    return made;
  };
  place.replaceChildren(...parts.flatMap((part, i) => [i ? " · " : "", whole(part)]));
}

function headingOf(told) {
  const heading = element("h2", { dir: "auto" });
  heading.append(...terms.word(told.title, told.told));
  return heading;
}

class Chart {
  constructor(told, pick) {
    this.told = told;
    this.paper = 0; // how wide it is while it is printed
    this.pick = pick;
    this.figure = element("figure", { class: "chart" });
    const head = element("figcaption");
    head.append(headingOf(told));
    this.words = element("p", { class: "quiet", dir: "auto" });
    this.readings = element("p", { class: "readings", dir: "auto" });
    head.append(this.readings, this.words);
    this.plot = svg("svg", { role: "img", "aria-label": `${told.title}. ${told.tip}` });
    this.legend = element("p", { class: "curves" });
    this.figure.append(head, this.plot, this.legend);
    this.listen();
  }

  // A finger that goes up or down scrolls the page, and chooses nothing.
  listen() {
    const { plot } = this, isFinger = (event) => event.pointerType === "touch";
    plot.addEventListener("pointerdown", (event) => {
      plot.setPointerCapture(event.pointerId);
      this.began = [event.clientX, event.clientY];
      if (!isFinger(event)) this.pointed(event);
    });
    plot.addEventListener("pointermove", (event) => {
      if (!event.buttons || !this.began) return;
      const across = Math.abs(event.clientX - this.began[0]), down = Math.abs(event.clientY - this.began[1]);
      if (!isFinger(event) || across > down) this.pointed(event);
    });
    plot.addEventListener("pointerup", (event) => isFinger(event) && this.began && this.pointed(event));
    plot.addEventListener("pointercancel", () => (this.began = null));
  }

  pointed(event) {
    const box = this.plot.getBoundingClientRect();
    const at = (this.wide * (event.clientX - box.left)) / box.width;
    const share = (at - ROOM.left) / (this.wide - ROOM.left - ROOM.right);
    this.pick(Math.min(1, Math.max(0, share)), this.told);
  }

  // Of a moment (and between moments, for the cursor), a layer and a theme. What is told once
  // is the same at all moments.
  draw(moment, share, layer, theme) {
    const { told } = this, scale = typeScale();
    const width = (this.wide = Math.max((this.paper || this.figure.clientWidth) / scale, 160));
    const height = Math.round(Math.min(250, Math.max(170, 0.52 * width)));
    const now = (each) => each[each.length > 1 ? moment : 0];
    const key = [told.frames.length > 1 ? moment : 0, width, scale, theme].join();
    if (key !== this.key) {
      this.key = key;
      this.redraw(now(told.frames), width, height, theme);
      this.plot.setAttribute("width", width * scale);
      this.plot.setAttribute("height", height * scale);
      this.listed(now(told.frames), theme);
    }
    tell(this.readings, now(told.readings));
    write(this.words, [told.gist, now(told.words)].filter(Boolean).join(" · "));
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
    plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
    plot.replaceChildren();
    for (const [share, word] of told.rises) {
      plot.append(svg("line", { x1: x(0), x2: x(1), y1: y(share), y2: y(share), class: "grid" }));
      plot.append(svg("text", { x: x(0) - 6, y: y(share) + 4, "text-anchor": "end" }, word));
    }
    PEN.font = `12px ${getComputedStyle(plot).fontFamily}`;
    const halfOf = (word) => PEN.measureText(word).width / 2 + 3;
    let free = -Infinity;
    const last = told.ticks[told.ticks.length - 1];
    for (const [share, word] of told.ticks) {
      const half = halfOf(word), end = Math.min(x(last[0]), width - halfOf(last[1])) - halfOf(last[1]);
      if (x(share) - half < free || (share !== last[0] && x(share) + half > end)) continue;
      free = x(share) + half;
      const out = x(share) + half > width; // no word beyond the plot
      const at = { x: out ? width - 1 : x(share), "text-anchor": out ? "end" : "middle" };
      plot.append(svg("text", { ...at, y: y(0) + 15 }, word));
    }
    plot.append(svg("line", { x1: x(0), x2: x(1), y1: y(0), y2: y(0), class: "axis" }));
    plot.append(svgText({ x: x(0.5), y: height - 4, "text-anchor": "middle" }, told.across));
    const rows = []; // where the words of each row end
    for (const [share, word] of [...told.uprights].sort((one, other) => one[0] - other[0])) {
      plot.append(svg("line", { x1: x(share), x2: x(share), y1: y(0), y2: y(1), class: "upright" }));
      const left = x(share) + 2 * halfOf(word) > width; // no word beyond the plot
      const beside = { x: x(share) + (left ? -4 : 4), "text-anchor": left ? "end" : "start" };
      const from = beside.x - (left ? 2 * halfOf(word) : 0);
      let row = rows.findIndex((end) => end < from);
      if (row < 0) row = rows.length;
      rows[row] = from + 2 * halfOf(word);
      plot.append(svg("text", { ...beside, y: y(1) + 10 + 13 * row }, word));
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
      const word = element("bdi");
      word.append(...terms.word(curve.label, curve.told));
      item.append(mark, word);
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
    head.append(headingOf(told));
    if (side) head.append(element("p", { class: "side", dir: "auto" }, side));
    this.words = element("p", { class: "quiet", dir: "auto" });
    head.append(this.words);
    this.side = side;
    this.canvas = element("canvas", { class: "matrix", role: "img", tabindex: 0 });
    this.said = element("p", { class: "quiet said", dir: "auto", "aria-live": "polite" });
    this.cell = [0, 0]; // row and column that are told
    this.canvas.setAttribute("aria-label", [told.title, side, told.tip].filter(Boolean).join(". "));
    this.bar = element("canvas", { class: "bar", width: 256, height: 1, "aria-hidden": "true" });
    this.ends = element("p", { class: "ends quiet" });
    this.ends.append(...["−1", " ", "1"].map((words) => element("span", {}, words)));
    this.figure.append(head, this.canvas, this.bar, this.ends, this.said);
    for (const kind of ["pointerdown", "pointermove"])
      this.canvas.addEventListener(kind, (event) => this.pointed(event));
    // What a finger pointed at stays: it leaves at once.
    this.canvas.addEventListener("pointerleave", (event) => event.pointerType === "touch" || this.tell(null));
    this.canvas.addEventListener("keydown", (event) => this.step(event));
    this.canvas.addEventListener("blur", () => this.tell(null));
  }

  cosine(row, column) {
    const step = this.cosines[this.from + row * this.count + column];
    return step === 255 ? null : step / 127 - 1;
  }

  pointed(event) {
    const box = this.canvas.getBoundingClientRect();
    const cell = (at, side) => Math.min(this.count - 1, Math.max(0, Math.floor((at / side) * this.count)));
    this.tell([cell(event.clientY - box.top, box.height), cell(event.clientX - box.left, box.width)]);
  }

  step(event) {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation(); // no step of time
    this.tell(this.cell.map((at, i) => Math.min(this.count - 1, Math.max(0, at + steps[event.key][i]))));
  }

  // The cosine of a cell in words; of none, nothing.
  tell(cell) {
    this.pointedAt = cell;
    if (cell) this.cell = cell;
    write(this.said, cell ? this.inWords(...cell) : "");
  }

  inWords(row, column) {
    const cosine = row === column ? null : this.cosine(row, column);
    const names = [this.told.names[row], this.told.names[column]];
    const value = cosine === null ? "" : `: ${cosine.toFixed(2).replace("-", "−")}`;
    return row === column ? names[0] : `${names[0]}, ${names[1]}${value}`;
  }

  draw(moment, layer, theme, layers) {
    const key = [moment, layer, theme].join();
    if (key === this.key) return;
    this.key = key;
    const { told, count } = this, ramp = told.ramps[theme], cell = Math.max(4, Math.floor(320 / count));
    this.from = (moment * layers + layer) * count * count;
    write(this.words, told.words[layer]);
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
    if (this.pointedAt) this.tell(this.pointedAt);
  }
}
