// A lesson: step by step, a question before what it is about. Nothing is counted, and nothing kept.

class LessonPage {
  constructor(told) {
    Object.assign(this, told);
    terms = new Terms(told);
    const able = by("able").textContent;
    by("able").textContent = "";
    write(by("able"), able);
    this.guesses = new Map(); // by step: the number of an option, or what was written
    this.at = 0;
    by("next").addEventListener("click", () => this.go(1));
    by("back").addEventListener("click", () => this.go(-1));
    by("ask").addEventListener("submit", (event) => (event.preventDefault(), this.written()));
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("beforeprint", () => by("paper").replaceChildren(...this.steps.map((_, at) => this.onPaper(at))));
    addEventListener("afterprint", () => by("paper").replaceChildren());
    this.show();
  }

  get step() {
    return this.steps[this.at];
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea")) return;
    const steps = { PageDown: 1, ArrowRight: 1, PageUp: -1, ArrowLeft: -1 }[event.key];
    if (!steps) return;
    event.preventDefault();
    this.go(steps);
  }

  go(steps) {
    const there = this.at + steps;
    if (there < 0 || there >= this.steps.length) return;
    this.at = there;
    this.show();
    if (by("next").disabled && document.activeElement === by("next")) by("back").focus(); // or Tab begins anew
    scrollTo(0, 0);
  }

  answer(guess) {
    this.guesses.set(this.at, guess);
    this.show();
    (by("next").disabled ? by("back") : by("next")).focus(); // where it was is gone
  }

  // What was written in a field, if it is an answer.
  written() {
    const { ask } = this.step, field = by("answers").querySelector("input, textarea");
    if (!field) return;
    const text = field.value.trim(), number = Number(text.replace(",", ".").replace("−", "-"));
    const isWords = ask.kind === "prediction";
    if (!text || (!isWords && !Number.isFinite(number))) {
      by("wanting").textContent = isWords ? this.words.noWords : this.words.noNumber;
      return;
    }
    this.answer(text);
  }

  reply(ask, guess) {
    if (ask.kind === "prediction") return this.words.kept;
    if (ask.options) return ask.replies[guess];
    const number = Number(guess.replace(",", ".").replace("−", "-"));
    const good = ask.truth !== null && Math.abs(number - ask.truth) <= ask.tolerance + 1e-12;
    const said = this.words.numbers.replace("{guess}", () => guess).replace("{truth}", () => ask.named);
    return [ask.named ? said : "", good ? ask.right : ask.wrong].filter(Boolean).join(" ");
  }

  show() {
    const { step, at } = this, { ask } = step, guess = this.guesses.get(at);
    const asked = ask !== null && guess === undefined, set = (id, text) => (by(id).textContent = text);
    set("place", this.words.step.replace("{step}", at + 1).replace("{steps}", this.steps.length));
    write(by("say"), step.say);
    set("wanting", "");
    set("guessed", asked || ask === null || ask.options ? "" : guess);
    write(by("reply"), asked || ask === null ? "" : this.reply(ask, guess));
    write(by("do"), asked ? "" : step.do);
    write(by("then"), asked ? "" : step.then);
    by("back").disabled = at === 0;
    by("next").disabled = at === this.steps.length - 1;
    this.showQuestion(ask, guess);
    this.showKept();
    terms.keep();
    this.showScenes(step, asked);
  }

  showQuestion(ask, guess) {
    by("ask").hidden = ask === null;
    by("answers").replaceChildren();
    if (ask === null) return;
    write(by("question"), ask.text);
    by("before").textContent = ask.before || "";
    const answered = guess !== undefined;
    if (ask.options) {
      ask.options.forEach((text, i) => {
        const option = element("button", { type: "button", class: "option", dir: "auto" }, text);
        option.disabled = answered && guess !== i;
        if (answered && guess === i) option.classList.add("chosen");
        option.addEventListener("click", () => answered || this.answer(i));
        by("answers").append(option);
      });
    } else if (!answered) {
      const isWords = ask.kind === "prediction", label = { "aria-label": ask.text, dir: "auto" };
      by("answers").append(isWords ? element("textarea", label) : element("input", { ...label, inputmode: "decimal" }));
      by("answers").append(element("button", {}, isWords ? this.words.keep : this.words.guess));
    }
  }

  // A step as it stands; what is not answered leaves room for a pen.
  onPaper(at) {
    const { say, ask, then, picture } = this.steps[at], guess = this.guesses.get(at);
    const place = element("section"), add = (name, values, text) => text && place.append(element(name, values, text));
    add("h2", {}, this.words.step.replace("{step}", at + 1).replace("{steps}", this.steps.length));
    add("p", { dir: "auto" }, say);
    if (picture) place.append(element("img", { src: picture, alt: "" }));
    if (ask) {
      add("p", { class: "question", dir: "auto" }, ask.text);
      add("p", { class: "quiet", dir: "auto" }, ask.before);
      if (ask.options) {
        const list = element("ul");
        ask.options.forEach((text, i) =>
          list.append(element("li", { dir: "auto", ...(i === guess ? { class: "chosen" } : {}) }, `${i === guess ? "☑" : "☐"} ${text}`)));
        place.append(list);
      } else if (guess === undefined) place.append(element("p", { class: "line" }));
      else add("p", { dir: "auto" }, guess);
      if (guess === undefined) return place;
      add("p", { dir: "auto" }, this.reply(ask, guess));
    }
    add("p", { class: "then", dir: "auto" }, then);
    return place;
  }

  // Predictions are read again at the end.
  showKept() {
    const isLast = this.at === this.steps.length - 1, list = by("kept").querySelector("dl");
    list.replaceChildren();
    this.steps.forEach(({ ask }, i) => {
      if (!isLast || !ask || ask.kind !== "prediction" || !this.guesses.has(i) || i === this.at) return;
      list.append(element("dt", { dir: "auto" }, ask.text), element("dd", { dir: "auto" }, this.guesses.get(i)));
    });
    by("kept").hidden = !list.children.length;
  }

  // Before a guess a picture, which tells nothing; then the scene, which may.
  showScenes(step, asked) {
    const still = asked || !step.scenes.length;
    const key = still ? `picture ${this.at}` : [...step.scenes, step.style].join();
    if (key === this.drawn) return;
    this.drawn = key;
    const shown = by("shown");
    document.querySelector("main").classList.toggle("wide", step.wide); // two scenes, side by side
    shown.replaceChildren();
    if (still && step.picture) shown.append(element("img", { src: step.picture, alt: this.words.picture }));
    else if (!still)
      step.scenes.forEach((number) => {
        const frame = element("iframe", { sandbox: "allow-scripts", title: this.words.scene });
        const page = this.pages[number].replace(/\ue000(\w+)\ue000/g, (_, name) => this.parts[name]);
        frame.srcdoc = page.replace("</head>", () => `<style>${step.style}</style></head>`);
        shown.append(frame);
      });
  }
}

async function begin() {
  globalThis.begun = true;
  const root = document.documentElement;
  if (matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
  let told;
  try {
    told = (await unpack(by("data").textContent)).page;
  } catch (error) {
    return still("broken", error);
  }
  globalThis.lesson = new LessonPage(told);
  root.dataset.state = "ready";
}

begin();
