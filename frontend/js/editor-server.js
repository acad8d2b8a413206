/* A page that is being written is also kept on the server, private to its author: found again on any machine. */
import { later, post } from "./page.js";

const PAUSE = 3_000;

/** Send the form's text to `data-server-draft` while somebody types; the answer's number goes along from then on. */
export const keepOnServer = (editor) => {
  const form = editor.field.form;
  const url = form?.dataset.serverDraft;
  if (!url) return;
  let running = false;
  let again = false;
  const keep = async () => {
    if (form.dataset.sending) return;
    if (running) { again = true; return; }
    running = true;
    const fields = Object.fromEntries(new FormData(form));
    const page = form.querySelector("[data-draft-page]");
    if (page) fields.page = page.value;
    delete fields.csrfmiddlewaretoken;
    try {
      const answer = await post(url, fields);
      if (!answer.ok) throw new Error(String(answer.status));
      const { draft } = await answer.json();
      const number = form.elements.namedItem("draft");
      if (number) number.value = draft ?? "";
      editor.say(draft ? form.dataset.wordsKept : "");
    } catch {
      editor.say(editor.hasAttribute("data-kept") ? editor.dataset.wordsDraft : editor.dataset.wordsFailed, !editor.hasAttribute("data-kept"));
    }
    running = false;
    if (again) { again = false; schedule(); }
  };
  const schedule = later(keep, PAUSE);
  form.addEventListener("input", schedule);
  form.addEventListener("keep", keep);
};
