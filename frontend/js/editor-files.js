/* Files that are pasted, dropped or chosen: sent at once with visible progress; pictures are described before they are put in. */
import { csrfToken } from "./page.js";

const MEGABYTE = 1024 * 1024;

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

/* fetch cannot tell how much of an upload has gone */
const send = (url, file, context, onProgress) => {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.addEventListener("load", () => {
      let told = {};
      try { told = JSON.parse(request.responseText); } catch { /* an error page */ }
      if (request.status < 300 && told.markdown) resolve(told.markdown);
      else reject(new Error(told.detail ?? ""));
    });
    request.addEventListener("error", () => reject(new Error("")));
    request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
  });
  const body = new FormData();
  body.append("file", file);
  if (context) body.append("context", context);
  request.open("POST", url);
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.send(body);
  return { done, cancel: () => request.abort() };
};

const PICTURE = /^!\[(?:\\.|[^\\\]])*\](?=\()/s;
const described = (markdown, words) => (words ? markdown.replace(PICTURE, () => `![${words.replace(/[\\[\]]/g, "\\$&")}]`) : markdown);
let count = 0;

/** One file on its way: a line with progress and Cancel, then, for a picture, the question what it shows. */
class Upload {
  constructor(editor, file) {
    this.editor = editor;
    this.file = file;
    this.place = `![${editor.dataset.wordsUploading} ${file.name.replace(/[[\]\n]/g, "")} ${++count}…]()`;
    this.line = editor.querySelector("[data-upload-line]").content.firstElementChild.cloneNode(true);
    this.line.querySelector("[data-upload-name]").textContent = file.name;
    this.line.querySelector("progress").setAttribute("aria-label", file.name);
    this.line.querySelector("[data-upload-cancel]").addEventListener("click", () => this.cancel());
    editor.uploads.add(this);
    editor.querySelector(".editor-uploads").append(this.line);
    insertText(editor.field, `${this.place}\n`);
    this.#run();
  }

  async #run() {
    const { uploadUrl, context, wordsFailed } = this.editor.dataset;
    const bar = this.line.querySelector("progress");
    this.sending = send(uploadUrl, this.file, context, (part) => { bar.value = part; });
    try {
      this.markdown = await this.sending.done;
      this.editor.say("");
      if (PICTURE.test(this.markdown) && this.line.querySelector("[data-upload-words]")) this.#ask();
      else this.finish();
    } catch (problem) {
      if (problem.name !== "AbortError") this.editor.say(`${this.file.name}: ${problem.message || wordsFailed}`, true);
      this.#end(`${this.place}\n`, "");
    }
  }

  #ask() {
    this.line.classList.add("is-asking");
    const input = this.line.querySelector("[data-upload-words]");
    input.id = `upload-words-${count}-${this.editor.uploads.size}`;
    this.line.querySelector("label").htmlFor = input.id;
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); this.finish(input.value); }
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.finish(); }
    });
    this.line.querySelector("[data-upload-insert]").addEventListener("click", () => this.finish(input.value));
    this.line.querySelector("[data-upload-skip]").addEventListener("click", () => this.finish());
    /* not when somebody types on */
    if (this.editor.field.value.endsWith(`${this.place}\n`) || !this.editor.contains(document.activeElement)) input.focus();
  }

  /** Is the file still on its way? */
  get isSending() {
    return !this.markdown;
  }

  /** Put the file in, with what the picture shows if anybody said so. */
  finish(words = "") {
    this.#end(this.place, described(this.markdown, words.trim().replace(/\s+/g, " ")));
    if (!this.editor.uploads.size) this.editor.field.focus();
  }

  /** Take it away again. */
  cancel() {
    if (this.isSending) this.sending.cancel();
    else this.#end(`${this.place}\n`, "");
    this.editor.field.focus();
  }

  #end(from, to) {
    replaceOnce(this.editor.field, from, to);
    this.line.remove();
    this.editor.uploads.delete(this);
  }
}

/** Let an editor take files, if it has an address to send them to. */
export const attachFiles = (editor) => {
  if (!editor.dataset.uploadUrl) return;
  editor.uploads = new Set();
  const most = Number(editor.dataset.maxMegabytes) || Infinity;
  const take = (files) => {
    for (const file of files) {
      if (file.size > most * MEGABYTE) editor.say(`${file.name}: ${editor.dataset.wordsTooLarge}`, true);
      else new Upload(editor, file);
    }
  };
  const chooser = editor.querySelector("[data-editor-files]");
  editor.querySelector("[data-editor-attach]")?.addEventListener("click", () => chooser?.click());
  chooser?.addEventListener("change", () => { take([...chooser.files]); chooser.value = ""; });
  editor.field.addEventListener("paste", (event) => {
    /* a table copied from a spreadsheet comes with a picture of itself; the text is what is wanted */
    if (!event.clipboardData?.files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  /* a text that is sent has no half picture in it */
  addEventListener("submit", (event) => {
    if (event.target !== editor.field.form) return;
    for (const upload of editor.uploads) if (!upload.isSending) upload.finish(upload.line.querySelector("[data-upload-words]")?.value);
    if (!editor.uploads.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    editor.say(editor.dataset.wordsStillUploading, true);
  }, true);
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
