/* Tags for what is being written: chips below the text. Pressing one puts it into the page's tags, or behind the post's text. */
import { post } from "./page.js";

const PAUSE = 900;
const ENOUGH = 15;
const waiting = new WeakMap();

const put = (field, value) => {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const add = (form, name) => {
  const tags = form.querySelector('[name="tags"]');
  const text = form.querySelector("text-editor textarea");
  if (tags) put(tags, [tags.value.trim().replace(/,$/, ""), name].filter(Boolean).join(", "));
  else put(text, `${text.value.trimEnd()} #${name}`);
  return tags ?? text;
};

const look = async (form, box) => {
  const text = form.querySelector("text-editor textarea")?.value ?? "";
  const tags = form.querySelector('[name="tags"]')?.value ?? "";
  const chips = box.querySelector(".chips");
  /* a list that changes under the finger or the focus helps nobody */
  if (chips.contains(document.activeElement)) return;
  if (text.trim().length < ENOUGH) { box.dataset.asked = ""; return chips.replaceChildren(); }
  const asked = `${tags}\n${text}`;
  if (box.dataset.asked === asked) return;
  box.dataset.asked = asked;
  const answer = await post(box.dataset.tagsInText, { text: text.slice(-20_000), tags }).catch(() => null);
  if (!answer?.ok || answer.redirected || box.dataset.asked !== asked || chips.contains(document.activeElement)) return;
  const found = answer.status === 204 ? null : new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
  const before = [...chips.querySelectorAll("[data-add-tag]")].map((chip) => chip.dataset.addTag).join();
  chips.replaceChildren(...(found?.childNodes ?? []));
  const after = [...chips.querySelectorAll("[data-add-tag]")].map((chip) => chip.dataset.addTag).join();
  if (after && after !== before) box.querySelector("[role=status]").textContent = found.dataset.say;
};

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form");
  const box = form?.querySelector("[data-tags-in-text]");
  if (!box || !(target.matches("text-editor textarea") || target.name === "tags")) return;
  clearTimeout(waiting.get(box));
  waiting.set(box, setTimeout(() => look(form, box), PAUSE));
});

document.addEventListener("click", ({ target }) => {
  const chip = target.closest?.("[data-add-tag]");
  const box = chip?.closest("[data-tags-in-text]");
  if (!box) return;
  const form = chip.closest("form");
  const next = chip.nextElementSibling ?? chip.parentElement.querySelector("[data-add-tag]");
  const name = chip.dataset.addTag;
  chip.remove();
  const field = add(form, name);
  box.querySelector("[role=status]").textContent = box.dataset.wordsAdded.replace("{name}", name);
  if (next?.matches("[data-add-tag]") && next.isConnected) next.focus();
  else { box.querySelector(".chips").replaceChildren(); field.focus(); }
});
