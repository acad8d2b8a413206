/* Diagrams written as text, drawn in the reader's browser.

   mermaid styles what it draws with <style> and style="", which our policy forbids and should. So the drawing is made aside,
   where the rules are given to the browser as a style sheet of ours, and is shown as a picture: a picture runs nothing, loads
   nothing and brings its own styles. The text stays below it, and alone where drawing fails. */
import mermaid from "mermaid";
import { words } from "./page.js";

const LONGEST = 20_000;
const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
let made = 0;
let drawing = Promise.resolve();

/* Measures letters with the styles the picture will have. */
const withStyles = (stage, make) => {
  const sheets = new Map();
  const adopt = () => {
    for (const style of stage.querySelectorAll("style")) {
      if (sheets.get(style)?.text === style.textContent) continue;
      const sheet = sheets.get(style)?.sheet ?? new CSSStyleSheet();
      sheet.replaceSync(style.textContent);
      if (!sheets.has(style)) document.adoptedStyleSheets.push(sheet);
      sheets.set(style, { sheet, text: style.textContent });
    }
  };
  const watcher = new MutationObserver(adopt);
  watcher.observe(stage, { childList: true, subtree: true, characterData: true });
  return make().finally(() => {
    watcher.disconnect();
    const ours = new Set([...sheets.values()].map(({ sheet }) => sheet));
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !ours.has(sheet));
  });
};

const asPicture = (svg) => {
  const tree = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  if (tree.nodeName !== "svg") throw new Error("no drawing");
  const [, , width, height] = (tree.getAttribute("viewBox") ?? "0 0 0 0").split(/[\s,]+/).map(Number);
  /* a picture has no page whose width it could take */
  if (width && height) { tree.setAttribute("width", Math.ceil(width)); tree.setAttribute("height", Math.ceil(height)); }
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(tree))}`;
  if (width) picture.width = Math.ceil(width);
  return picture;
};

const drawOne = async (block) => {
  const text = block.textContent;
  const frame = block.parentElement?.matches(".diagram") ? block.parentElement : document.createElement("figure");
  const stage = document.createElement("div");
  stage.className = "diagram-stage";
  stage.setAttribute("aria-hidden", "true");
  document.body.append(stage);
  try {
    if (text.length > LONGEST) throw new Error("too long");
    const { svg } = await withStyles(stage, () => mermaid.render(`diagram-${++made}`, text, stage));
    const picture = asPicture(svg);
    picture.alt = words("diagram");
    await picture.decode();
    if (!frame.isConnected) {
      frame.className = "diagram";
      (block.closest(".code-block") ?? block).replaceWith(frame);
      const more = document.createElement("details");
      const summary = document.createElement("summary");
      summary.textContent = words("diagramText");
      more.append(summary, block);
      frame.append(more);
    }
    frame.querySelector("img")?.remove();
    frame.prepend(picture);
  } catch {
    block.dataset.failed = ""; // the text says it
  }
  stage.remove();
};

const start = () => mermaid.initialize({
  startOnLoad: false,
  securityLevel: "strict",
  htmlLabels: false,
  flowchart: { htmlLabels: false },
  class: { htmlLabels: false },
  theme: isDark() ? "dark" : "neutral",
  fontFamily: "system-ui, sans-serif",
  suppressErrorRendering: true,
  maxTextSize: LONGEST,
});

/** Draw the diagrams of the page that are not drawn yet, or all of them again. */
export const draw = (again = false) => {
  drawing = drawing.then(async () => {
    start();
    for (const block of document.querySelectorAll("pre.mermaid")) {
      if (!again && (block.closest(".diagram") || "failed" in block.dataset)) continue;
      await drawOne(block);
    }
  });
  return drawing;
};

new MutationObserver(() => draw(true)).observe(document.documentElement, { attributeFilter: ["data-theme"] });
dark.addEventListener("change", () => draw(true));
