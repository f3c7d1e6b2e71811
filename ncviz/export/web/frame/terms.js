// Words and symbols answer to pointing, to the focus and to a finger; what they mean stands at the
// end of the page (ncviz/export/web/notions.py), where programs that read aloud find it, too.

const EDGE = "[\\p{L}\\p{N}_-]"; // no term begins or ends beside it
let terms;

// Letters with an index, as ncviz/charts/rich_text.py has them; not in the names of classes.
const INDEXED = /„[^“]*“|“[^”]*”|(?<![\p{L}\p{N}_])(NC|[A-Za-zλμ])_([A-Za-z])(?![\p{L}\p{N}_])/gu;

// Text in pieces, its indices lowered.
function typeset(text) {
  const found = [];
  let end = 0;
  for (const { 0: whole, 1: letter, 2: low, index } of text.matchAll(INDEXED)) {
    if (!letter) continue;
    found.push(text.slice(end, index) + letter, element("sub", {}, low));
    end = index + whole.length;
  }
  return [...found, text.slice(end)];
}

// A sentence, whose terms answer.
function write(place, text) {
  if (place.written === text) return;
  place.written = text;
  place.replaceChildren(...terms.sentence(text));
}

class Terms {
  constructor({ notions, spellings }) {
    this.numbers = notions;
    this.keys = new Map(spellings.map(([text, key]) => [text.toLowerCase(), key]));
    const words = spellings.map(([text]) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
    // Names of classes stand in quotation marks and are no terms.
    this.pattern = words && new RegExp(`„[^“]*“|“[^”]*”|(?<!${EDGE})(${words})(?!${EDGE})`, "giu");
    this.card = by("meaning");
    this.of = null; // the term whose card is seen
    this.listen();
  }

  // A word that answers, if anything is said of it; in pieces.
  word(text, key) {
    if (!(key in this.numbers)) return typeset(text);
    const number = this.numbers[key];
    // No element of the kind `button`: lines would break between it and the comma behind it.
    const said = { role: "button", tabindex: 0, "aria-description": this.spoken(number) };
    const term = element("a", { class: "term", "data-number": number, ...said });
    term.append(...typeset(text));
    return [term];
  }

  // What programs that read aloud say of it: they do not look into what is folded up.
  spoken(number) {
    const told = by(`notion-${number}`), formulas = [...told.querySelectorAll(".formula")];
    return [told.querySelector("p").textContent, ...formulas.map((each) => each.getAttribute("aria-label"))].join(" ");
  }

  // A sentence in pieces: each term answers at its first place.
  sentence(text) {
    const found = [], seen = new Set();
    let end = 0;
    for (const match of this.pattern ? text.matchAll(this.pattern) : []) {
      const word = match[1];
      if (!word || seen.has(word.toLowerCase())) continue;
      seen.add(word.toLowerCase());
      found.push(...typeset(text.slice(end, match.index)), ...this.word(word, this.keys.get(word.toLowerCase())));
      end = match.index + word.length;
    }
    return [...found, ...typeset(text.slice(end))];
  }

  listen() {
    const at = (event) => event.target.closest && event.target.closest(".term");
    addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch" || this.card.contains(event.target)) return;
      this.show(at(event) || (this.of === document.activeElement ? this.of : null));
    });
    addEventListener("focusin", (event) => this.show(at(event)));
    addEventListener("focusout", () => this.show(null));
    addEventListener("click", (event) => this.card.contains(event.target) || this.show(at(event)));
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.show(null);
      if (!at(event) || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      this.show(at(event));
    });
    addEventListener("scroll", () => this.place(), { capture: true, passive: true });
  }

  show(term) {
    if (term === this.of) return;
    this.of = term;
    this.card.hidden = !term;
    if (!term) return;
    const { children } = by(`notion-${term.dataset.number}`);
    this.card.replaceChildren(...[...children].map((part) => part.cloneNode(true)));
    this.place();
  }

  // Below its term or above it, within the page.
  place() {
    if (!this.of) return;
    const box = this.of.getBoundingClientRect(), { offsetWidth: wide, offsetHeight: high } = this.card;
    const below = box.bottom + 6, above = box.top - high - 6;
    const { clientWidth, clientHeight } = document.documentElement;
    this.card.style.left = `${Math.max(8, Math.min(box.left, clientWidth - wide - 8))}px`;
    this.card.style.top = `${below + high > clientHeight && above >= 0 ? above : below}px`;
  }

  // The card goes with its term.
  keep() {
    if (this.of && !this.of.isConnected) this.show(null);
  }
}
