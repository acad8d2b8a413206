/* A page that is being written is also kept on the server, private to its author: found again on any machine. */
import { later, post, renewToken } from "./page.js";

const PAUSE = 3_000;
/* somebody who types without a pause is not to lose more than this */
const MOST = 8_000;

class SignedOut extends Error {}
class Refused extends Error {}

/* A session may end while somebody writes: an answer that is no JSON comes from the door of the house. */
const send = async (url, fields) => {
  let answer = await post(url, fields);
  if ((answer.redirected || answer.status === 403) && (await renewToken())) answer = await post(url, fields);
  if (answer.redirected || answer.status === 403) throw new SignedOut();
  if (answer.status === 422) throw new Refused((await answer.json()).detail);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};

/* Kind and place of a post that was begun elsewhere, and what its kind asks for; what has been typed here stays. */
const fill = (form, { details = {}, community }) => {
  for (const [name, value] of Object.entries(community ? { ...details, community } : details)) {
    const field = form.elements.namedItem(name);
    if (!field || field.type === "hidden") continue;
    if (field instanceof RadioNodeList) field.value = value;
    else if (field.type === "checkbox") field.checked = Boolean(value);
    else if (field.type !== "select-one") field.value ||= value;
    else if ([...field.options].some((option) => option.value === String(value))) field.value = value;
  }
  for (const changed of form.querySelectorAll('[name="kind"]:checked, select[name="community"]')) changed.dispatchEvent(new Event("change", { bubbles: true }));
};

/** Send the form's text to `data-server-draft` while somebody types; the answer's number goes along from then on. */
export const keepOnServer = (editor) => {
  const form = editor.field.form;
  const url = form?.dataset.serverDraft;
  if (!url) return;
  let running = false;
  let again = false;
  let due = 0;
  const keep = async () => {
    clearTimeout(due);
    due = 0;
    if (form.dataset.sending) return;
    if (running) { again = true; return; }
    running = true;
    const fields = Object.fromEntries(new FormData(form));
    const page = form.querySelector("[data-draft-page]");
    if (page) fields.page = page.value;
    delete fields.csrfmiddlewaretoken;
    for (const [name, value] of Object.entries(fields)) if (value instanceof File) delete fields[name]; // sent with the form
    try {
      const { draft } = await send(url, fields);
      const number = form.elements.namedItem("draft");
      if (number) number.value = draft ?? "";
      editor.say(draft ? form.dataset.wordsKept : "");
    } catch (problem) {
      if (problem instanceof SignedOut) editor.say(form.dataset.wordsSignedOut, true);
      else if (problem instanceof Refused) editor.say(problem.message, true);
      else editor.say(editor.hasAttribute("data-kept") ? editor.dataset.wordsDraft : editor.dataset.wordsFailed, !editor.hasAttribute("data-kept"));
    }
    running = false;
    if (again) { again = false; schedule(); }
  };
  const schedule = later(keep, PAUSE);
  form.addEventListener("input", () => { schedule(); due ||= setTimeout(schedule.flush, MOST); });
  /* back from signing in in another tab */
  addEventListener("focus", () => editor.state?.classList.contains("is-bad") && keep());
  form.addEventListener("keep", keep);
  /* begun on another device: asked for when somebody is about to write */
  const { begunUrl } = form.dataset;
  if (begunUrl) editor.addEventListener("focusin", async () => {
    if (editor.field.value) return;
    try {
      const answer = await fetch(begunUrl, { credentials: "same-origin" });
      if (answer.status !== 200 || answer.redirected) return;
      const begun = await answer.json();
      if (editor.field.value) return;
      editor.field.value = begun.body;
      fill(form, begun);
      editor.say(editor.dataset.wordsRestored);
    } catch { /* the next device will have it */ }
  }, { once: true });
};
