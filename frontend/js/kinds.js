/* What helps to write each kind: of a question, what may answer it already; of praise, the names that fit. */
const PAUSE = 700;
const ENOUGH = 12;
const waiting = new WeakMap();

const look = async (form, box) => {
  const text = form.querySelector("text-editor textarea")?.value.trim() ?? "";
  const asks = form.querySelector('[name="kind"][value="question"]')?.checked;
  if (!asks || text.length < ENOUGH) return box.replaceChildren();
  if (box.dataset.asked === text) return;
  box.dataset.asked = text;
  const answer = await fetch(`${box.dataset.similar}?q=${encodeURIComponent(text.slice(0, 600))}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || box.dataset.asked !== text) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  box.replaceChildren(...found.body.childNodes);
};

const later = (event) => {
  const form = event.target.closest?.("form.composer");
  const box = form?.querySelector("[data-similar]");
  if (!box) return;
  clearTimeout(waiting.get(box));
  waiting.set(box, setTimeout(() => look(form, box), event.type === "change" ? 0 : PAUSE));
};

document.addEventListener("input", later);
document.addEventListener("change", (event) => { if (event.target.name === "kind") later(event); });

/* The browser's own list of suggestions: each is the whole line with the last name finished. */
const namesFor = async (field) => {
  const [, before, typed] = /^(.*[,;]\s*|)(.*)$/s.exec(field.value);
  const editor = field.form.querySelector("text-editor");
  const list = field.list ?? Object.assign(document.createElement("datalist"), { id: `${field.id}-names` });
  if (!field.list) {
    field.after(list);
    field.setAttribute("list", list.id);
  }
  const query = new URLSearchParams({ kind: "people", q: typed.replace(/^@/, ""), context: editor?.dataset.context ?? "" });
  const answer = typed.trim() ? await fetch(`${editor?.dataset.completeUrl}?${query}`, { credentials: "same-origin" }).catch(() => null) : null;
  if (answer && field.value !== before + typed) return;
  const found = answer?.status === 200 ? new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[role=option]") : [];
  const names = [...found].map((option) => option.querySelector("span").textContent);
  list.replaceChildren(...[...found].map((option, n) => {
    const isOnly = names.filter((name) => name === names[n]).length === 1;
    return Object.assign(document.createElement("option"), { value: `${before}${isOnly ? names[n] : option.dataset.value}, `, label: names[n] });
  }));
};

const suggest = new WeakMap();
document.addEventListener("input", ({ target }) => {
  if (!target.matches('form.composer [name="people"]')) return;
  clearTimeout(suggest.get(target));
  suggest.set(target, setTimeout(() => namesFor(target), 120));
});
