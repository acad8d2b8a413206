/* Small sums about texts that are written together. */

const isSecondHalf = (text, at) => { const unit = text.charCodeAt(at); return unit >= 0xdc00 && unit <= 0xdfff; };

/** What turns one text into another: at `start`, `gone` units go and `put` comes. `caret`: where it stands in the new one. */
export const difference = (before, after, caret = after.length) => {
  const most = Math.min(before.length, after.length);
  /* what stands behind the cursor was not typed: tells which of three equal letters is the new one */
  const behind = Math.min(most, after.length - caret);
  let end = 0;
  while (end < behind && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end += 1;
  let start = 0;
  while (start < most - end && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end += 1;
  /* never half of a character of two units */
  if (start && (isSecondHalf(before, start) || isSecondHalf(after, start))) start -= 1;
  if (end && (isSecondHalf(before, before.length - end) || isSecondHalf(after, after.length - end))) end -= 1;
  return { start, gone: before.length - end - start, put: after.slice(start, after.length - end) };
};

export const toBase64 = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
};

export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
