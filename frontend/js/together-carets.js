/* Who writes here too, and where: names under the text, and cursors on a layer over the textarea that repeats its text unseen. */

/* A longer text is laid out too slowly to be repeated at every keystroke; the names stay. */
const LONGEST = 60_000;

const mark = (person, css) => {
  const element = document.createElement("span");
  element.className = `${css} hue-${Number(person.hue) % 24}`;
  return element;
};

/** Shows the others in a room. */
export class Carets {
  constructor(editor, words) {
    this.field = editor.field;
    this.layer = document.createElement("div");
    this.layer.className = "carets";
    this.layer.setAttribute("aria-hidden", "true");
    this.field.after(this.layer);
    this.list = document.createElement("ul");
    this.list.className = "writing-here";
    this.list.setAttribute("aria-label", words ?? "");
    editor.querySelector(".editor-foot")?.prepend(this.list);
    this.people = [];
    const follow = () => { this.layer.scrollTop = this.field.scrollTop; };
    this.field.addEventListener("scroll", follow, { passive: true });
    this.field.addEventListener("input", () => this.#later());
    new ResizeObserver(() => this.#fit()).observe(this.field);
  }

  /** Show these people: `name`, `hue`, and in `places` where their selection begins and ends. */
  show(people) {
    this.people = people;
    const names = [...new Map(people.map((one) => [one.id, one])).values()];
    const known = names.map((one) => `${one.id}${one.name}`).join();
    if (known !== this.known) {
      this.known = known;
      this.list.replaceChildren(...names.map((one) => {
        const line = document.createElement("li");
        line.append(mark(one, "dot"), one.name);
        return line;
      }));
    }
    this.#later();
  }

  #later() {
    this.due ||= requestAnimationFrame(() => { this.due = 0; this.#draw(); });
  }

  #fit() {
    /* without the textarea's own scroll bar */
    this.layer.style.inlineSize = `${this.field.clientWidth}px`;
    this.layer.style.blockSize = `${this.field.clientHeight}px`;
  }

  #draw() {
    const text = this.field.value;
    const here = this.people.filter((one) => one.places.length === 2 && one.places.every((at) => at >= 0 && at <= text.length));
    if (!here.length || text.length > LONGEST) {
      this.layer.replaceChildren();
      return;
    }
    const ends = here.flatMap((one) => {
      const [from, to] = one.places[0] <= one.places[1] ? one.places : [one.places[1], one.places[0]];
      return [{ at: one.places[1], one }, ...(from < to ? [{ at: from, opens: one }, { at: to, closes: one }] : [])];
    }).sort((a, b) => a.at - b.at);
    const open = new Set();
    const pieces = [];
    let at = 0;
    const upTo = (end) => {
      if (end === at) return;
      const [chosen] = open;
      const piece = chosen ? mark(chosen, "their-selection") : document.createTextNode("");
      piece.textContent = text.slice(at, end);
      pieces.push(piece);
      at = end;
    };
    for (const { at: end, one, opens, closes } of ends) {
      upTo(end);
      if (opens) open.add(opens);
      if (closes) open.delete(closes);
      if (!one) continue;
      const caret = mark(one, "caret");
      [caret.dataset.name] = one.name.split(" "); // a whole name would hide the line above
      pieces.push(caret);
    }
    upTo(text.length);
    this.layer.replaceChildren(...pieces, "\u200b");
    this.#fit();
    this.layer.scrollTop = this.field.scrollTop;
  }
}
