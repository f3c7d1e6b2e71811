// A picture of the page: one run's scene, its camera, the names in it and what is under the pointer.

const PLACES = [[0.9, 0], [-0.9, 0], [0, 1], [0, -1], [0.7, 0.7], [-0.7, 0.7], [0.7, -0.7], [-0.7, -0.7]];

class Pane {
  constructor(place, carried, told, viewer) {
    this.place = place;
    this.told = told;
    this.viewer = viewer;
    this.page = viewer.page;
    this.looks = told.looks.map((look) => new Look(carried, look, told.layers.length));
    this.hidden = new Set(told.looks[0].hidden);
    this.stage = this.stageOf(this.by("scene"));
    this.canvas = this.stage.canvas;
    this.labels = this.by("labels");
    this.spots = new Map(); // where a label stood before
    this.camera = null;
    const { cards } = told;
    this.rows = new Map(cards ? cards.ids.map((id, i) => [id, i]) : []);
    this.predicted = cards && cards.predicted && carried.array(cards.predicted);
    if (cards && cards.images) this.by("card-image").style.backgroundImage = `url("${cards.images}")`;
    this.listen();
  }

  by(name) {
    return this.place.querySelector(`.${name}`);
  }

  // Where there is no WebGL 2, or none that takes the shaders, a canvas that has none.
  stageOf(canvas) {
    try {
      return new Stage(canvas, this.page);
    } catch (error) {
      const plain = canvas.cloneNode();
      canvas.replaceWith(plain);
      this.viewer.tellPlain();
      return new Sketch(plain, this.page);
    }
  }

  isHidden = (owner) => owner >= 0 && this.hidden.has(owner);

  listen() {
    this.fingers = new Map();
    const { canvas } = this;
    new ResizeObserver(() => this.resized()).observe(this.place);
    this.by("home").addEventListener("click", () => this.viewer.home());
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, (event) => this.release(event));
    // A finger leaves where it was lifted: what it pointed at stays until another place is touched.
    canvas.addEventListener("pointerleave", (event) => event.pointerType === "touch" || this.hover(null));
    addEventListener("pointerdown", (event) => event.target === canvas || this.hover(null));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("dblclick", () => this.viewer.home());
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => (this.stage.set(), this.viewer.soon()));
  }

  // The camera

  turn(camera) {
    this.camera = camera;
    this.viewer.turned(this);
  }

  cameraKey(event) {
    const turn = this.page.moves.degreesPerKey, zoom = this.page.moves.zoomPerNotch;
    const turns = { ArrowRight: [-turn, 0], ArrowLeft: [turn, 0], ArrowUp: [0, -turn], ArrowDown: [0, turn] };
    if (event.key in turns) this.turn(this.camera.orbit(...turns[event.key]));
    else if (event.key === "+" || event.key === "=") this.turn(this.camera.zoom(zoom));
    else if (event.key === "-") this.turn(this.camera.zoom(1 / zoom));
    else if (event.key === "Home") this.viewer.home();
    else return;
    event.preventDefault();
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
      this.turn(this.camera.zoom(away(here) / away(before)).pan(dx / 2 / height, -dy / 2 / height));
    } else if (event.shiftKey || event.buttons === 2) {
      const height = this.canvas.clientHeight;
      this.turn(this.camera.pan(dx / height, -dy / height));
    } else {
      const turn = this.page.moves.degreesPerPixel;
      this.turn(this.camera.orbit(-dx * turn, dy * turn));
    }
    this.hover(null);
  }

  release(event) {
    this.fingers.delete(event.pointerId);
    if (event.type === "pointerup" && this.moved < 5) this.hover(event); // a tap points
  }

  wheel(event) {
    event.preventDefault();
    const notches = -event.deltaY / (event.deltaMode ? 3 : 100);
    this.turn(this.camera.zoom(this.page.moves.zoomPerNotch ** notches));
  }

  // The camera from which all is seen in so wide a picture.
  home() {
    const aspect = this.canvas.clientWidth / Math.max(this.canvas.clientHeight, 1);
    const { look, layer } = this.viewer, known = this.told.looks[look].cameras[layer];
    const fitting = known.filter(([wide]) => wide <= aspect);
    this.camera = new Camera((fitting[fitting.length - 1] || known[0])[1], this.page.moves);
    this.fitted = this.camera; // until somebody turns it
  }

  // What is said is longer at some moments: its place grows, but does not shrink, or the scene would jump.
  keepPlace() {
    const words = this.by("over"), wide = this.place.clientWidth;
    if (wide !== this.wide) words.style.removeProperty("--tallest");
    this.wide = wide;
    words.style.setProperty("--tallest", `${words.offsetHeight}px`);
  }

  resized() {
    if (this.camera === this.fitted) this.home();
    this.viewer.soon();
  }

  // Drawing

  draw(position, moment, theme) {
    const { canvas, viewer } = this, ratio = Math.min(devicePixelRatio || 1, 2);
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    this.state = this.looks[viewer.look].between(position, viewer.layer);
    this.stage.draw(this.state, this.camera, theme, this.isHidden);
    this.say(moment);
    this.placeLabels();
    this.lookAgain();
  }

  // What WebGL drew last is not what browsers print: paper gets a copy, its names drawn in, which
  // stays whole whatever the width of the paper.
  toPaper() {
    const { canvas } = this, paper = element("canvas", { class: "paper", width: canvas.width, height: canvas.height });
    const pen = paper.getContext("2d"), ratio = canvas.width / Math.max(canvas.clientWidth, 1);
    pen.drawImage(canvas, 0, 0);
    pen.textBaseline = "top";
    for (const label of this.labels.children) {
      if (label.hidden) continue;
      const style = getComputedStyle(label), { e: left, f: top } = new DOMMatrix(style.transform);
      pen.font = `600 ${ratio * parseFloat(style.fontSize)}px ${style.fontFamily}`;
      pen.fillStyle = this.page.themes[this.viewer.theme].text;
      pen.fillText(label.textContent, ratio * left, ratio * (top + 2));
    }
    this.place.append(paper);
  }

  toScreen() {
    for (const paper of this.place.querySelectorAll(".paper")) paper.remove();
  }

  say(moment) {
    const { page, viewer, told } = this, note = page.sentences[this.state.note];
    write(this.by("note-of-scene"), note);
    this.keepPlace();
    if (viewer.playing && this.canvas.hasAttribute("aria-label")) return; // or a reader never ends
    const said = [page.words.scene, told.name, told.layers[viewer.layer], told.times[moment], viewer.caption, note];
    this.canvas.setAttribute("aria-label", said.filter(Boolean).join(". "));
  }

  // Names stand beside their class means, where there is room: first where they stood before.
  placeLabels() {
    const { parts, points } = this.state, { texts, owners } = parts.labels;
    const width = this.canvas.clientWidth, height = this.canvas.clientHeight;
    const project = this.camera.projector(width, height), words = this.by("over");
    const taken = [[words.offsetLeft, words.offsetTop - this.canvas.offsetTop, words.offsetWidth, words.offsetHeight]];
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
    this.by("card").hidden = !found;
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
    const { told, viewer } = this, { cards } = told, { words } = this.page;
    const { samples, balls } = this.state.parts, { moment } = viewer;
    const owner = kind === "sample" ? samples.owners[i] : balls.owners[i];
    const title = cards ? cards.titles[owner] : "";
    const where = [told.layers[viewer.layer], told.times[moment]];
    const image = this.by("card-image");
    let lines, text = "";
    if (kind === "sample" && cards) {
      const row = this.rows.get(samples.ids[i]), sentence = this.predicted &&
        cards.sentences[this.predicted[moment * cards.ids.length + row]];
      lines = [sentence ? `${words.predicted}: ${sentence}` : "", [cards.samples[row], ...where].join(" · ")];
      text = cards.texts[row] || "";
      image.hidden = !cards.images;
      if (cards.images) this.showImage(image, row);
    } else {
      lines = ["", [balls.roles[i] === "means" ? words.mean : words.row, ...where].join(" · ")];
      image.hidden = true;
    }
    this.by("card-title").textContent = title || "";
    this.by("card-text").textContent = text;
    this.by("card-said").textContent = lines[0];
    this.by("card-from").textContent = lines[1];
    const card = this.by("card"), room = this.canvas.getBoundingClientRect();
    const beside = (at, size, all) => Math.max(0, at + 18 + size > all ? at - 18 - size : at + 18);
    card.style.left = `${beside(this.pointer[0], card.offsetWidth, room.width)}px`;
    card.style.top = `${beside(this.pointer[1], card.offsetHeight, room.height)}px`;
  }

  showImage(image, row) {
    const { columns, size, ids } = this.told.cards, [wide, high] = size;
    const times = Math.max(1, Math.floor(84 / Math.max(wide, high))), lines = Math.ceil(ids.length / columns);
    image.style.width = `${times * wide}px`;
    image.style.height = `${times * high}px`;
    image.style.backgroundSize = `${times * wide * columns}px ${times * high * lines}px`;
    image.style.backgroundPosition = `-${times * wide * (row % columns)}px -${times * high * Math.floor(row / columns)}px`;
  }
}
