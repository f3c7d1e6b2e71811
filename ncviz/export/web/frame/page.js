// The page: timeline, layers, classes, what is under the pointer, and when what is drawn.

const PLACES = [[0.9, 0], [-0.9, 0], [0, 1], [0, -1], [0.7, 0.7], [-0.7, 0.7], [0.7, -0.7], [-0.7, -0.7]];
const by = (id) => document.getElementById(id);

class Viewer {
  constructor(carried) {
    this.carried = carried;
    this.page = carried.page;
    const { page } = this;
    this.looks = page.looks.map((told) => new Look(carried, told, page.layers.length));
    this.position = page.times.start; // in moments; between two of them a share of the way
    this.layer = page.layer;
    this.look = 0;
    this.hidden = new Set(page.looks[0].hidden);
    this.last = page.times.names.length - 1;
    this.canvas = by("scene");
    this.stage = new Stage(this.canvas, page);
    this.labels = by("labels");
    this.spots = new Map(); // where a label stood before
    this.camera = null;
    this.playing = false;
    this.fill();
    this.listen();
    this.home();
  }

  get moment() {
    return Math.round(this.position); // the nearest recorded one: numbers are not interpolated
  }

  get theme() {
    return document.documentElement.dataset.theme;
  }

  isHidden = (owner) => owner >= 0 && this.hidden.has(owner);

  // What is made once

  fill() {
    const { page } = this;
    const layers = by("layer");
    page.layers.forEach((name, i) => layers.append(element("option", { value: i, dir: "auto" }, name)));
    layers.value = this.layer;
    by("layers").hidden = page.layers.length < 2;
    const looks = by("look");
    page.looks.forEach((told, i) => looks.append(element("option", { value: i }, told.name)));
    by("looks").hidden = page.looks.length < 2;
    this.slider = by("time");
    this.slider.max = 100 * this.last;
    by("timeline").hidden = this.last < 1;
    const ends = by("ends");
    const { digits, label } = page.times;
    ends.append(element("span", {}, `${label} ${digits[0]}`), element("span", {}, digits[this.last]));
    this.charts = page.charts.map((told) => new Chart(told, (share, of) => this.picked(share, of)));
    by("charts").append(...this.charts.map((chart) => chart.figure));
    this.matrix = page.matrix && new Matrix(page.matrix, this.carried);
    if (this.matrix) by("charts").append(this.matrix.figure);
    const { cards } = page;
    this.rows = new Map(cards ? cards.ids.map((id, i) => [id, i]) : []);
    this.predicted = cards && cards.predicted && this.carried.array(cards.predicted);
    if (cards && cards.images) by("card-image").style.backgroundImage = `url("${cards.images}")`;
    this.fillLegend();
  }

  fillLegend() {
    const legend = by("legend");
    legend.replaceChildren();
    for (const line of this.page.looks[this.look].legend) {
      const isClass = line.owner !== null;
      const item = element(isClass ? "button" : "span", isClass ? { type: "button" } : {});
      item.append(element("i", { class: isClass ? "dot" : "ball" }), element("bdi", {}, line.text));
      item.line = line;
      if (isClass) {
        item.dataset.owner = line.owner;
        item.title = this.page.words.hides;
        item.addEventListener("click", () => this.toggle(line.owner));
      }
      legend.append(item);
    }
    this.paintLegend();
  }

  paintLegend() {
    for (const item of by("legend").children) {
      item.firstChild.style.background = item.line.colors[this.theme];
      if (item.dataset.owner) item.setAttribute("aria-pressed", !this.hidden.has(+item.dataset.owner));
    }
  }

  // What somebody does

  listen() {
    this.slider.addEventListener("input", () => this.go(this.slider.value / 100));
    this.slider.addEventListener("keydown", (event) => this.timeKey(event));
    by("play").addEventListener("click", () => this.play(!this.playing));
    by("layer").addEventListener("change", (event) => this.show({ layer: +event.target.value }));
    by("look").addEventListener("change", (event) => this.choose(+event.target.value));
    by("home").addEventListener("click", () => this.home());
    by("theme").addEventListener("click", () => this.turnTheme());
    addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.resized()).observe(this.canvas.parentElement);
    new ResizeObserver(() => this.soon()).observe(by("charts"));
    this.fingers = new Map();
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, (event) => this.release(event));
    canvas.addEventListener("pointerleave", () => this.hover(null));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("dblclick", () => this.home());
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => (this.stage.set(), this.soon()));
    // On paper it is light, whatever it is on the screen.
    addEventListener("beforeprint", () => ((this.ofScreen = this.theme), this.useTheme("light")));
    addEventListener("afterprint", () => this.useTheme(this.ofScreen));
  }

  show(changes) {
    const other = "layer" in changes && changes.layer !== this.layer;
    Object.assign(this, changes);
    by("layer").value = this.layer;
    if (other && this.camera === this.fitted) this.home();
    this.soon();
  }

  go(position) {
    this.play(false);
    const whole = this.page.times.between ? position : Math.round(position);
    this.show({ position: Math.min(this.last, Math.max(0, whole)) });
  }

  step(moments) {
    const near = moments > 0 ? Math.floor(this.position + 1e-6) : Math.ceil(this.position - 1e-6);
    this.go(near + moments);
  }

  play(on) {
    this.playing = on && this.last > 0;
    if (this.playing && this.position >= this.last) this.position = 0;
    by("play").setAttribute("aria-label", on ? this.page.words.pause : this.page.words.play);
    by("play").textContent = on ? "❚❚" : "▶";
    by("caption").setAttribute("aria-live", on ? "off" : "polite");
    this.before = null;
    this.soon();
  }

  choose(look) {
    this.look = look;
    this.hidden = new Set(this.page.looks[look].hidden);
    this.spots.clear();
    this.fillLegend();
    this.home();
  }

  toggle(owner) {
    if (!this.hidden.delete(owner)) this.hidden.add(owner);
    this.paintLegend();
    this.soon();
  }

  turnTheme() {
    this.useTheme(this.theme === "dark" ? "light" : "dark");
  }

  useTheme(theme) {
    document.documentElement.dataset.theme = theme;
    this.paintLegend();
    this.draw();
  }

  picked(share, told) {
    const nearest = (places) => places.reduce((best, place, i) =>
      Math.abs(place - share) < Math.abs(places[best] - share) ? i : best, 0);
    if (told.over === "layers") this.show({ layer: nearest(told.here) });
    else if (told.over === "span") this.go(nearest(told.here));
    else this.go(nearest(this.page.times.places));
  }

  timeKey(event) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 10, PageDown: -10 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.step(steps[event.key]);
  }

  key(event) {
    const inField = event.target.closest("input, select, button, summary, a");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && !event.target.closest("select, button, summary, a")) {
      event.preventDefault();
      this.play(!this.playing);
    } else if (event.target === this.canvas) this.cameraKey(event);
    else if (!inField && event.key === "ArrowRight") this.step(1);
    else if (!inField && event.key === "ArrowLeft") this.step(-1);
  }

  cameraKey(event) {
    const turn = this.page.moves.degreesPerKey, zoom = this.page.moves.zoomPerNotch;
    const turns = { ArrowRight: [-turn, 0], ArrowLeft: [turn, 0], ArrowUp: [0, -turn], ArrowDown: [0, turn] };
    if (event.key in turns) this.camera = this.camera.orbit(...turns[event.key]);
    else if (event.key === "+" || event.key === "=") this.camera = this.camera.zoom(zoom);
    else if (event.key === "-") this.camera = this.camera.zoom(1 / zoom);
    else if (event.key === "Home") this.home();
    else return;
    event.preventDefault();
    this.soon();
  }

  press(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
    this.moved = 0;
  }

  move(event) {
    const here = [event.clientX, event.clientY], before = this.fingers.get(event.pointerId);
    if (!before) return this.hover(event);
    this.fingers.set(event.pointerId, here);
    const dx = here[0] - before[0], dy = here[1] - before[1];
    this.moved += Math.abs(dx) + Math.abs(dy);
    if (this.fingers.size === 2) {
      const [other] = [...this.fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const away = (at) => Math.max(Math.hypot(at[0] - other[0], at[1] - other[1]), 1);
      const height = this.canvas.clientHeight;
      this.camera = this.camera.zoom(away(here) / away(before)).pan(dx / 2 / height, -dy / 2 / height);
    } else if (event.shiftKey || event.buttons === 2) {
      const height = this.canvas.clientHeight;
      this.camera = this.camera.pan(dx / height, -dy / height);
    } else {
      const turn = this.page.moves.degreesPerPixel;
      this.camera = this.camera.orbit(-dx * turn, dy * turn);
    }
    this.hover(null);
    this.soon();
  }

  release(event) {
    this.fingers.delete(event.pointerId);
    if (event.type === "pointerup" && this.moved < 5) this.hover(event); // a tap points
  }

  wheel(event) {
    event.preventDefault();
    const notches = -event.deltaY / (event.deltaMode ? 3 : 100);
    this.camera = this.camera.zoom(this.page.moves.zoomPerNotch ** notches);
    this.soon();
  }

  // The camera from which all is seen in so wide a picture.
  home() {
    const aspect = this.canvas.clientWidth / Math.max(this.canvas.clientHeight, 1);
    const known = this.page.looks[this.look].cameras[this.layer];
    const fitting = known.filter(([wide]) => wide <= aspect);
    this.camera = new Camera((fitting[fitting.length - 1] || known[0])[1], this.page.moves);
    this.fitted = this.camera; // until somebody turns it
    this.soon();
  }

  resized() {
    if (this.camera === this.fitted) this.home();
    this.soon();
  }

  // Drawing

  soon() {
    if (!this.waits) this.waits = requestAnimationFrame((now) => ((this.waits = 0), this.frame(now)));
  }

  frame(now) {
    if (this.playing) {
      const seconds = this.before === null ? 0 : (now - this.before) / 1000;
      this.before = now;
      this.position += (this.last * seconds) / this.page.moves.wholeLength;
      if (this.position >= this.last) {
        this.position = this.last;
        this.play(false);
      }
    }
    this.draw();
    if (this.playing) this.soon();
  }

  draw() {
    const { canvas, page } = this, ratio = Math.min(devicePixelRatio || 1, 2);
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const place = page.times.between ? this.position : this.moment;
    this.state = this.looks[this.look].between(place, this.layer);
    this.stage.draw(this.state, this.camera, this.theme, this.isHidden);
    this.say();
    this.placeLabels();
    const { places } = page.times, low = Math.floor(place), high = Math.min(low + 1, this.last);
    const share = places[low] + (place - low) * (places[high] - places[low]);
    for (const chart of this.charts) chart.draw(this.moment, share, this.layer, this.theme);
    if (this.matrix) this.matrix.draw(this.moment, this.layer, this.theme, page.layers.length);
    this.lookAgain();
  }

  say() {
    const { page, moment } = this, told = page.looks[this.look], { times } = page;
    const caption = page.sentences[told.captions[moment][this.layer]];
    const set = (id, text) => by(id).textContent === text || (by(id).textContent = text);
    set("moment", times.names[moment]);
    set("caption", caption);
    set("note-of-scene", page.sentences[this.state.note]);
    this.slider.value = Math.round(100 * this.position);
    this.slider.setAttribute("aria-valuetext", times.names[moment]);
    this.canvas.setAttribute("aria-label",
      [page.words.scene, page.layers[this.layer], times.names[moment], caption].join(". "));
  }

  // Names stand beside their class means, where there is room: first where they stood before.
  placeLabels() {
    const { parts, points } = this.state, { texts, owners } = parts.labels;
    const width = this.canvas.clientWidth, height = this.canvas.clientHeight;
    const project = this.camera.projector(width, height), words = by("over");
    const taken = [[words.offsetLeft, words.offsetTop, words.offsetWidth, words.offsetHeight]];
    while (this.labels.children.length < texts.length) this.labels.append(element("bdi"));
    const middle = project([0, 0, 0], 0), { balls, at } = parts;
    const means = balls.roles.flatMap((role, i) => (role === "means" && !this.isHidden(balls.owners[i])
      ? [[balls.owners[i], ...project(points, 3 * (at.balls + i))]] : []));
    const order = texts.map((_, i) => [i, project(points, 3 * (parts.at.labels + i))]);
    [...this.labels.children].forEach((label) => (label.hidden = true));
    for (const [i, [x, y, depth, scale]] of order.sort((a, b) => a[1][2] - b[1][2])) {
      const label = this.labels.children[i];
      if (this.isHidden(owners[i]) || depth <= 0) continue;
      if (label.textContent !== texts[i]) label.textContent = texts[i];
      label.hidden = false;
      const wide = label.offsetWidth, high = label.offsetHeight, away = 0.08 * scale + 4;
      const outward = [Math.sign(x - middle[0]) || 1, Math.sign(y - middle[1]) || 1];
      const boxes = PLACES.map(([across, down]) => {
        const dx = across * outward[0], dy = down * outward[1];
        const left = x + dx * away + (dx < -0.1 ? -wide : dx > 0.1 ? 0 : -wide / 2);
        return [left, y + dy * (away + high / 2) - high / 2];
      });
      const free = ([left, top]) => left >= 2 && top >= 2 && left + wide <= width - 2 && top + high <= height - 2 &&
        !taken.some(([l, t, w, h]) => left < l + w && l < left + wide && top < t + h && t < top + high);
      const clear = ([left, top]) => !means.some(([owner, mx, my]) => owner !== owners[i] &&
        mx > left - 6 && mx < left + wide + 6 && my > top - 6 && my < top + high + 6);
      const kept = this.spots.get(i), best = boxes.findIndex((box) => free(box) && clear(box));
      const spot = kept !== undefined && free(boxes[kept]) && clear(boxes[kept]) ? kept
        : best >= 0 ? best : boxes.findIndex(free);
      if (spot < 0) {
        label.hidden = true;
        continue;
      }
      this.spots.set(i, spot);
      const [left, top] = boxes[spot];
      taken.push([left, top, wide, high]);
      label.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
    }
  }

  // What lies under the pointer

  hover(event) {
    const box = this.canvas.getBoundingClientRect();
    this.pointer = event && [event.clientX - box.left, event.clientY - box.top];
    this.lookAgain();
  }

  lookAgain() {
    const found = this.pointer && this.state && this.under(...this.pointer);
    by("card").hidden = !found;
    if (found) this.showCard(found);
  }

  // The front-most sample under a point or the nearest beside it, unless a ball covers it.
  under(x, y) {
    const { parts, points } = this.state, { samples, balls, at } = parts;
    const project = this.camera.projector(this.canvas.clientWidth, this.canvas.clientHeight);
    const within = this.page.moves.withinPixels;
    let best = null, ball = null;
    for (let i = 0; i < samples.count; i++) {
      if (this.isHidden(samples.owners[i])) continue;
      const [px, py, depth, scale] = project(points, 3 * i);
      const away = Math.hypot(px - x, py - y), radius = samples.radii[i] * scale;
      if (depth <= 0 || away > radius + within) continue;
      const inside = away <= radius, rank = inside ? depth : 1e6 + away;
      if (!best || rank < best.rank) best = { rank, depth, i, kind: "sample" };
    }
    for (let i = 0; i < balls.count; i++) {
      if (balls.roles[i] === "etf" || this.isHidden(balls.owners[i])) continue;
      const [px, py, depth, scale] = project(points, 3 * (at.balls + i));
      const covers = depth > 0 && Math.hypot(px - x, py - y) <= balls.radii[i] * scale;
      if (covers && (!ball || depth < ball.depth)) ball = { depth, i, kind: "ball" };
    }
    return ball && (!best || ball.depth < best.depth) ? ball : best;
  }

  showCard({ kind, i }) {
    const { page, moment } = this, { cards, words } = page, { samples, balls } = this.state.parts;
    const owner = kind === "sample" ? samples.owners[i] : balls.owners[i];
    const title = cards ? cards.titles[owner] : "";
    const where = [page.layers[this.layer], page.times.names[moment]];
    const image = by("card-image");
    let lines;
    if (kind === "sample" && cards) {
      const row = this.rows.get(samples.ids[i]), sentence = this.predicted &&
        cards.sentences[this.predicted[moment * cards.ids.length + row]];
      lines = [sentence ? `${words.predicted}: ${sentence}` : "", [cards.samples[row], ...where].join(" · ")];
      image.hidden = !cards.images;
      if (cards.images) this.showImage(image, row);
    } else {
      lines = ["", [balls.roles[i] === "means" ? words.mean : words.row, ...where].join(" · ")];
      image.hidden = true;
    }
    by("card-title").textContent = title || "";
    by("card-said").textContent = lines[0];
    by("card-from").textContent = lines[1];
    const card = by("card"), room = this.canvas.getBoundingClientRect();
    const beside = (at, size, all) => Math.max(0, at + 18 + size > all ? at - 18 - size : at + 18);
    card.style.left = `${beside(this.pointer[0], card.offsetWidth, room.width)}px`;
    card.style.top = `${beside(this.pointer[1], card.offsetHeight, room.height)}px`;
  }

  showImage(image, row) {
    const { columns, size, ids } = this.page.cards, [wide, high] = size;
    const times = Math.max(1, Math.floor(84 / Math.max(wide, high))), lines = Math.ceil(ids.length / columns);
    image.style.width = `${times * wide}px`;
    image.style.height = `${times * high}px`;
    image.style.backgroundSize = `${times * wide * columns}px ${times * high * lines}px`;
    image.style.backgroundPosition = `-${times * wide * (row % columns)}px -${times * high * Math.floor(row / columns)}px`;
  }
}

async function begin() {
  const root = document.documentElement;
  if (matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
  let carried;
  try {
    carried = await unpack(by("data").textContent);
  } catch (error) {
    by("trouble").hidden = false;
    by("trouble").textContent = by("trouble").dataset.broken;
    return;
  }
  try {
    globalThis.viewer = new Viewer(carried);
    root.dataset.state = "ready";
  } catch (error) {
    root.dataset.state = "still";
    by("trouble").hidden = false;
    by("trouble").textContent = by("trouble").dataset.fallback;
  }
}

begin();
