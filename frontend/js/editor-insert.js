/* What pages are made of besides words: tables by a small form, callouts, footnotes; and the keys of the toolbar. */
import { insertText } from "./editor-files.js";

/* What is put in stands in a paragraph of its own. */
const asBlock = (field, block) => {
  const before = field.value.slice(0, field.selectionStart);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  insertText(field, `${gap}${block}\n`);
};

const table = (rows, columns, titles) => {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const fill = (word) => Array.from({ length: columns }, (_, n) => word(n));
  return [line(fill((n) => (titles ? `${titles} ${n + 1}` : " "))), line(fill(() => "---")), ...Array.from({ length: rows }, () => line(fill(() => " ")))].join("\n");
};

const offerTable = (editor) => {
  const source = editor.querySelector("[data-editor-table-form]");
  if (!source) return;
  let dialog;
  editor.querySelector("[data-editor-table]").addEventListener("click", () => {
    if (!dialog) {
      dialog = source.content.firstElementChild.cloneNode(true);
      document.body.append(dialog); // its form may not stand inside the page's
      dialog.querySelectorAll("[data-close]").forEach((button) => button.addEventListener("click", () => dialog.close()));
      dialog.addEventListener("focusin", (event) => event.target.select?.()); // typing replaces what is offered
      dialog.addEventListener("close", () => {
        editor.field.focus();
        if (dialog.returnValue !== "insert") return;
        const [rows, columns, titles] = dialog.querySelectorAll("input");
        const start = editor.field.selectionStart;
        asBlock(editor.field, table(rows.valueAsNumber || 1, columns.valueAsNumber || 1, titles.checked && editor.dataset.wordsColumn));
        const first = editor.field.value.indexOf("| ", start) + 2;
        editor.field.setSelectionRange(first, titles.checked ? editor.field.value.indexOf(" |", first) : first);
      });
    }
    dialog.returnValue = "";
    dialog.showModal();
    dialog.querySelector("input").select();
  });
};

const offerCallouts = (editor) => {
  editor.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-editor-callout]");
    if (!kind) return;
    kind.closest("details").open = false;
    const { field } = editor;
    const words = field.value.slice(field.selectionStart, field.selectionEnd);
    asBlock(field, `> [!${kind.dataset.editorCallout}]\n${words.split("\n").map((line) => `> ${line}`).join("\n")}`);
    field.setSelectionRange(field.selectionStart - 1, field.selectionStart - 1);
  });
};

const offerFootnotes = (editor) => {
  editor.querySelector("[data-editor-footnote]")?.addEventListener("click", () => {
    const { field } = editor;
    const numbers = [...field.value.matchAll(/\[\^(\d{1,4})\]/g)].map((found) => Number(found[1]));
    const mark = `[^${Math.max(0, ...numbers) + 1}]`;
    field.setSelectionRange(field.selectionEnd, field.selectionEnd);
    insertText(field, mark);
    field.setSelectionRange(field.value.length, field.value.length);
    insertText(field, `${field.value.endsWith("\n") ? "" : "\n"}${/\[\^\d+\]:.*\n?$/.test(field.value) ? "" : "\n"}${mark}: `);
  });
};

const KEYS = { b: "md-bold", i: "md-italic", k: "md-link" };

/** Ctrl B, I and K press the buttons of the toolbar; Ctrl S keeps the draft at once. */
const listenToKeys = (editor) => {
  editor.field.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.isComposing) return;
    const key = event.key.toLowerCase();
    if (key === "s") {
      event.preventDefault();
      editor.field.dispatchEvent(new CustomEvent("keep", { bubbles: true }));
    } else if (KEYS[key]) {
      const tool = editor.querySelector(KEYS[key]);
      if (!tool) return;
      event.preventDefault();
      tool.click();
    }
  });
};

/** Make the buttons and keys of an editor work. */
export const offerMore = (editor) => {
  offerTable(editor);
  offerCallouts(editor);
  offerFootnotes(editor);
  listenToKeys(editor);
};
