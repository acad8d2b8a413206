/* Files that are pasted, dropped or chosen: sent at once, their Markdown put where the cursor was. */
import { post } from "./page.js";

/** Put text at the cursor the way typing does, so that Ctrl Z takes it back. */
export const insertText = (field, text) => {
  field.focus();
  /* deprecated, and still the only way that keeps the undo history of a textarea */
  if (document.execCommand?.("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const replaceOnce = (field, from, to) => {
  const start = field.value.indexOf(from);
  if (start < 0) return;
  const { selectionStart, selectionEnd } = field;
  const shift = to.length - from.length;
  field.setRangeText(to, start, start + from.length, "preserve");
  if (selectionStart > start) field.setSelectionRange(selectionStart + shift, selectionEnd + shift);
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const send = async (editor, file) => {
  const { uploadUrl, context, wordsUploading, wordsFailed } = editor.dataset;
  const place = `![${wordsUploading} ${file.name.replace(/[[\]]/g, "")}…]()`;
  insertText(editor.field, `${place}\n`);
  try {
    const answer = await post(uploadUrl, { file, context });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok || !told.markdown) throw new Error(told.detail ?? "");
    replaceOnce(editor.field, place, told.markdown);
    editor.say("");
  } catch (problem) {
    replaceOnce(editor.field, `${place}\n`, "");
    editor.say(`${file.name}: ${problem.message || wordsFailed}`, true);
  }
};

/** Let an editor take files, if it has an address to send them to. */
export const attachFiles = (editor) => {
  if (!editor.dataset.uploadUrl) return;
  const take = (files) => [...files].forEach((file) => send(editor, file));
  const chooser = editor.querySelector("[data-editor-files]");
  editor.querySelector("[data-editor-attach]")?.addEventListener("click", () => chooser?.click());
  chooser?.addEventListener("change", () => { take(chooser.files); chooser.value = ""; });
  editor.field.addEventListener("paste", (event) => {
    /* a table copied from a spreadsheet comes with a picture of itself; the text is what is wanted */
    if (!event.clipboardData?.files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  editor.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    editor.classList.add("is-over");
  });
  editor.addEventListener("dragleave", () => editor.classList.remove("is-over"));
  editor.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    editor.classList.remove("is-over");
    take(event.dataTransfer.files);
  });
};
