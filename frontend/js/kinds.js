/* While a question is typed: what may answer it already, as far as the writer may see it. */
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
