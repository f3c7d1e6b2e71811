// The page: timeline, layers, classes, plots, and when what is drawn.

const PAPER = 340; // pixels across of a plot on paper, where two stand side by side

class Viewer {
  constructor(carried) {
    this.carried = carried;
    this.page = carried.page;
    const { page } = this;
    terms = new Terms(page);
    this.position = page.times.start; // in moments; between two of them a share of the way
    this.layer = page.layer;
    this.look = 0;
    this.last = page.times.names.length - 1;
    this.playing = false;
    const places = [...by("view").querySelectorAll(".pane")];
    this.panes = page.sides.map((told, i) => new Pane(places[i], carried, told, this));
    if (page.oneLegend) for (const pane of this.panes) pane.hidden = this.panes[0].hidden;
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

  get caption() {
    const { page } = this;
    return page.sentences[page.sides[0].looks[this.look].captions[this.moment][this.layer]];
  }

  // What is made once

  tellPlain() {
    by("trouble").hidden = false;
    by("trouble").textContent = by("trouble").dataset.fallback;
  }

  fill() {
    const { page } = this, [first] = page.sides;
    const layers = by("layer");
    page.layers.forEach((name, i) => layers.append(element("option", { value: i, dir: "auto" }, name)));
    layers.value = this.layer;
    by("layers").hidden = page.layers.length < 2;
    const looks = by("look");
    first.looks.forEach((told, i) => looks.append(element("option", { value: i }, told.name)));
    by("looks").hidden = first.looks.length < 2;
    this.slider = by("time");
    this.slider.max = 100 * this.last;
    by("timeline").hidden = this.last < 1;
    const ends = by("ends");
    const { digits, label } = page.times;
    ends.append(element("span", {}, [label, digits[0]].filter(Boolean).join(" ")), element("span", {}, digits[this.last]));
    this.charts = page.charts.map((told) => new Chart(told, (share, of) => this.picked(share, of)));
    by("charts").append(...this.charts.map((chart) => chart.figure));
    this.matrices = page.sides.filter((told) => told.matrix)
      .map((told) => new Matrix(told.matrix, this.carried, told.name));
    by("charts").append(...this.matrices.map((matrix) => matrix.figure));
    this.fillLegend();
  }

  // One legend for all pictures whose classes are the same, else one for each.
  fillLegend() {
    const shown = this.page.oneLegend ? this.panes.slice(0, 1) : this.panes;
    this.legends = shown.map((pane) => new Legend(
      pane.told.looks[this.look].legend, pane.hidden, shown.length > 1 ? pane.told.name : "",
      this.page.words, () => this.hide()));
    by("legend").replaceChildren(...this.legends.map((legend) => legend.place));
    this.paintLegend();
  }

  paintLegend() {
    for (const legend of this.legends) legend.paint(this.theme);
  }

  hide() {
    this.paintLegend();
    this.soon();
  }

  // What somebody does

  listen() {
    this.slider.addEventListener("input", () => this.go(this.slider.value / 100));
    this.slider.addEventListener("keydown", (event) => this.timeKey(event));
    by("play").addEventListener("click", () => this.play(!this.playing));
    by("layer").addEventListener("change", (event) => this.show({ layer: +event.target.value }));
    by("look").addEventListener("change", (event) => this.choose(+event.target.value));
    by("theme").addEventListener("click", () => this.turnTheme());
    addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.soon()).observe(by("charts"));
    // On paper it is light, whatever it is on the screen.
    addEventListener("beforeprint", () => this.toPaper());
    addEventListener("afterprint", () => this.toScreen());
  }

  show(changes) {
    const other = "layer" in changes && changes.layer !== this.layer;
    Object.assign(this, changes);
    by("layer").value = this.layer;
    if (other && this.panes.every((pane) => pane.camera === pane.fitted)) this.home();
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
    // What is said of every moment that goes by would never end.
    for (const id of ["caption", "moment"]) by(id).setAttribute("aria-live", on ? "off" : "polite");
    this.before = null;
    this.soon();
  }

  choose(look) {
    this.look = look;
    this.panes.forEach((pane) => {
      pane.hidden.clear();
      for (const owner of pane.told.looks[look].hidden) pane.hidden.add(owner);
      pane.spots.clear();
    });
    this.fillLegend();
    this.home();
  }

  turnTheme() {
    this.useTheme(this.theme === "dark" ? "light" : "dark");
  }

  useTheme(theme) {
    document.documentElement.dataset.theme = theme;
    this.paintLegend();
    this.draw();
  }

  toPaper() {
    this.play(false);
    this.ofScreen = this.theme;
    for (const chart of this.charts) chart.paper = PAPER;
    this.useTheme("light");
    for (const pane of this.panes) pane.toPaper();
    this.opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of this.opened) details.open = true;
  }

  toScreen() {
    for (const details of this.opened) details.open = false;
    for (const pane of this.panes) pane.toScreen();
    for (const chart of this.charts) chart.paper = 0;
    this.useTheme(this.ofScreen);
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
    if (event.key === " " && !event.target.closest("select, button, summary, a, [type=search]")) {
      event.preventDefault();
      this.play(!this.playing);
      return;
    }
    const pane = this.panes.find((each) => each.canvas === event.target);
    if (pane) pane.cameraKey(event);
    else if (!inField && event.key === "ArrowRight") this.step(1);
    else if (!inField && event.key === "ArrowLeft") this.step(-1);
  }

  // The camera from which all is seen in so wide a picture.
  home() {
    for (const pane of this.panes) pane.home();
    this.soon();
  }

  // Of one picture; the others follow where all are seen from one place.
  turned(pane) {
    if (this.page.linked) for (const each of this.panes) each.camera = pane.camera;
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
    const { page } = this, place = page.times.between ? this.position : this.moment;
    this.say();
    for (const pane of this.panes) pane.draw(place, this.moment, this.theme);
    const { places } = page.times, low = Math.floor(place), high = Math.min(low + 1, this.last);
    const share = places[low] + (place - low) * (places[high] - places[low]);
    for (const chart of this.charts) chart.draw(this.moment, share, this.layer, this.theme);
    for (const matrix of this.matrices) matrix.draw(this.moment, this.layer, this.theme, page.layers.length);
    document.documentElement.dataset.drawn = "yes"; // whoever measures or tests waits for it
  }

  say() {
    // Of two runs that stand at other moments both are named.
    const name = [...new Set(this.page.sides.map((told) => told.times[this.moment]))].join(" · ");
    write(by("moment"), name);
    by("moment").dataset.layer = this.page.layers.length > 1 ? this.page.layers[this.layer] : ""; // on paper
    write(by("caption"), this.caption);
    this.slider.value = Math.round(100 * this.position);
    this.slider.setAttribute("aria-valuetext", name);
    terms.keep();
  }
}

async function begin() {
  globalThis.begun = true;
  const root = document.documentElement;
  if (matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
  let carried;
  try {
    carried = await unpack(by("data").textContent);
  } catch (error) {
    return still("broken", error);
  }
  root.dataset.state = "ready"; // now all have their places
  globalThis.viewer = new Viewer(carried);
}

begin();
