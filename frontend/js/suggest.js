/* The browser's own list of suggestions under a field that names pages or people (`data-suggest`). */
const wanted = new WeakMap();
const PAUSE = 150;

const kindOf = (field) => (field.dataset.suggest.startsWith("people") ? "people" : "pages");
const listOf = (field) => {
  if (field.list) return field.list;
  const list = Object.assign(document.createElement("datalist"), { id: `${field.id}-found` });
  field.after(list);
  field.setAttribute("list", list.id);
  return list;
};

const look = async (field) => {
  const isMany = field.dataset.suggest.endsWith("many");
  const [, before, typed] = isMany ? /^(.*[,;]\s*|)(.*)$/s.exec(field.value) : [null, "", field.value];
  const list = listOf(field);
  if (!typed.trim()) return list.replaceChildren();
  const query = new URLSearchParams({ kind: kindOf(field) === "people" ? "people" : "[[", q: typed.replace(/^@/, "") });
  const answer = await fetch(`${field.dataset.suggestUrl}?${query}`, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || field.value !== before + typed) return;
  const found = answer.status === 200 ? new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[role=option]") : [];
  list.replaceChildren(...[...found].map((option) => {
    const [name, detail] = [...option.querySelectorAll("span")].map((part) => part.textContent);
    const isPage = kindOf(field) === "pages";
    const value = isPage ? name : option.dataset.value.replace(/^@/, "");
    return Object.assign(document.createElement("option"), { value: `${before}${value}${isMany ? ", " : ""}`, label: isPage ? (detail ?? "") : name });
  }));
};

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("input[data-suggest]")) return;
  clearTimeout(wanted.get(target));
  wanted.set(target, setTimeout(() => look(target), PAUSE));
});
