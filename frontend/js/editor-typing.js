/* What Markdown writers expect of the keys: Enter goes on with a list, an address pasted over words makes a link. */

const ITEM = /^(\s*)([-*+]|(\d+)[.)])(\s+)(\[[ xX]\]\s+)?/;

/** On Enter inside a list begin the next item; on an empty item end the list. */
export const continueList = (event, insertText) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  const field = event.target;
  if (field.selectionStart !== field.selectionEnd) return;
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const line = field.value.slice(start, field.selectionStart);
  const item = ITEM.exec(line);
  if (!item) return;
  event.preventDefault();
  if (line.trim() === item[0].trim()) {
    field.setSelectionRange(start, field.selectionStart);
    return insertText(field, "\n");
  }
  const bullet = item[3] ? `${Number(item[3]) + 1}${item[2].slice(item[3].length)}` : item[2];
  insertText(field, `\n${item[1]}${bullet}${item[4]}${item[5] ? "[ ] " : ""}`);
};

/** An address pasted over selected words becomes a link on these words. */
export const pasteLink = (event, insertText) => {
  const field = event.target;
  const words = field.value.slice(field.selectionStart, field.selectionEnd);
  const address = event.clipboardData?.getData("text/plain").trim() ?? "";
  if (!words || words.includes("\n") || !/^https?:\/\/\S+$/.test(address) || /^https?:\/\/\S+$/.test(words)) return;
  event.preventDefault();
  insertText(field, `[${words}](${address})`);
};
