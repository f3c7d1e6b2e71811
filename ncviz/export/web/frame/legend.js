// The classes of a picture and what else is drawn in it: a click hides a class, Alt-click keeps it alone.

const NAMED = 20; // classes; of more names are shown when they are looked for, and under the pointer

class Legend {
  constructor(lines, hidden, title, words, changed) {
    this.hidden = hidden;
    this.words = words;
    this.changed = changed;
    this.place = element("div", { class: "legend", role: "group" });
    this.place.setAttribute("aria-label", [words.classes, title].filter(Boolean).join(": "));
    if (title) this.place.append(element("bdi", { class: "quiet" }, title));
    this.items = lines.map((line) => this.item(line));
    this.classes = this.items.filter((item) => item.line.owner !== null);
    this.many = this.classes.length > NAMED;
    this.place.classList.toggle("many", this.many);
    this.place.append(...this.items.filter((item) => item.line.owner === null));
    if (this.many) this.place.append(...this.search());
    this.list = this.many ? element("div", { class: "list" }) : this.place;
    if (this.many) this.place.append(this.list);
    this.list.append(...this.classes);
    if (this.many) this.only(this.classes[0]);
  }

  item(line) {
    const isClass = line.owner !== null;
    const item = element(isClass ? "button" : "span", isClass ? { type: "button" } : {});
    const words = element("bdi");
    words.append(...(isClass ? [line.text] : terms.sentence(line.text)));
    item.append(element("i", { class: isClass ? "dot" : "ball" }), words);
    item.line = line;
    if (!isClass) return item;
    item.title = `${line.text}. ${this.words.hides}`;
    item.setAttribute("aria-label", line.text);
    item.addEventListener("click", (event) => (event.altKey ? this.alone(line.owner) : this.toggle(line.owner)));
    item.addEventListener("keydown", (event) => this.key(event, item));
    return item;
  }

  search() {
    this.field = element("input", { type: "search", placeholder: this.words.find, "aria-label": this.words.find });
    this.count = element("output", { class: "quiet" });
    this.field.addEventListener("input", () => this.find());
    return [this.field, this.count];
  }

  find() {
    const wanted = this.field.value.trim().toLowerCase();
    const fit = this.classes.filter((item) => item.line.text.toLowerCase().includes(wanted));
    for (const item of this.classes) item.hidden = true;
    for (const item of fit) item.hidden = false;
    this.list.classList.toggle("found", !!wanted);
    const { found } = this.words;
    this.count.textContent = wanted ? found.replace("{shown}", fit.length).replace("{all}", this.classes.length) : "";
    if (fit.length) this.only(fit[0]);
  }

  // Of very many classes one alone is reached by Tab, the others by the arrow keys.
  only(item) {
    for (const each of this.classes) each.tabIndex = each === item ? 0 : -1;
  }

  key(event, item) {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (event.altKey && event.key === "Enter") return this.alone(item.line.owner);
    if (!(event.key in steps)) return;
    event.preventDefault();
    const seen = this.classes.filter((each) => !each.hidden);
    const next = seen[seen.indexOf(item) + steps[event.key]];
    if (!next) return;
    if (this.many) this.only(next);
    next.focus();
  }

  toggle(owner) {
    if (!this.hidden.delete(owner)) this.hidden.add(owner);
    this.changed();
  }

  // Once more brings all others back.
  alone(owner) {
    const others = this.classes.map((item) => item.line.owner).filter((each) => each !== owner);
    const isAlone = !this.hidden.has(owner) && others.every((each) => this.hidden.has(each));
    this.hidden.clear();
    if (!isAlone) for (const each of others) this.hidden.add(each);
    this.changed();
  }

  paint(theme) {
    for (const item of this.items) {
      item.firstChild.style.background = item.line.colors[theme];
      if (item.line.owner !== null) item.setAttribute("aria-pressed", !this.hidden.has(item.line.owner));
    }
  }
}
