/* Diagrams written as text, drawn in the reader's browser.

   mermaid styles what it draws with <style> and style="", which our policy forbids and should. So the drawing is made aside,
   where the rules are given to the browser as a style sheet of ours, and is shown as a picture: a picture runs nothing, loads
   nothing and brings its own styles. The text stays below it, and alone where drawing fails. */
import mermaid from "mermaid";
import { words } from "./page.js";

const LONGEST = 20_000;
const ASIDE = "data-aside"; // where style="" and <style> wait until the drawing is a picture
const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
let made = 0;
let drawing = Promise.resolve();

/* While a diagram is made, what it says about style goes where the policy lets scripts say it, at once, so that letters are
   measured as they will look: style="" through the object model, <style> as a sheet of the page. */
const withStyles = async (make) => {
  const { setAttribute } = Element.prototype;
  const { insertBefore, appendChild } = Node.prototype;
  const { parseFromString } = DOMParser.prototype;
  const sheets = [];
  const adopt = (node) => {
    if (node.nodeName.toLowerCase() !== "style") return node;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(node.textContent);
    sheets.push(sheet);
    document.adoptedStyleSheets.push(sheet);
    const kept = document.createElementNS("http://www.w3.org/2000/svg", "desc");
    setAttribute.call(kept, ASIDE, "");
    kept.textContent = node.textContent;
    return kept;
  };
  Element.prototype.setAttribute = function (name, value) {
    if (name === "style" && this.style) this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
  /* where mermaid's sanitiser reads the drawing again */
  DOMParser.prototype.parseFromString = function (text, type) {
    return parseFromString.call(this, String(text).replaceAll(' style="', ` ${ASIDE}="`), type);
  };
  Node.prototype.insertBefore = function (node, before) { return insertBefore.call(this, adopt(node), before); };
  Node.prototype.appendChild = function (node) { return appendChild.call(this, adopt(node)); };
  try {
    return await make();
  } finally {
    Object.assign(Element.prototype, { setAttribute });
    Object.assign(DOMParser.prototype, { parseFromString });
    Object.assign(Node.prototype, { insertBefore, appendChild });
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  }
};

const asPicture = (svg) => {
  const [, , width, height] = (/^<svg[^>]* viewBox="([^"]*)"/.exec(svg)?.[1] ?? "0 0 0 0").split(/[\s,]+/).map(Number);
  if (!svg.startsWith("<svg") || !(width && height)) throw new Error("no drawing");
  /* a picture has no page whose width it could take */
  const whole = svg.replace(/^<svg[^>]*>/, (tag) => tag.replace(/ width="[^"]*"/, ` width="${Math.ceil(width)}" height="${Math.ceil(height)}"`))
    .replace(new RegExp(`<desc ${ASIDE}="">(.*?)</desc>`, "gs"), "<style>$1</style>").replaceAll(` ${ASIDE}="`, ' style="');
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(whole)}`;
  picture.width = Math.ceil(width);
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
    const { svg } = await withStyles(() => mermaid.render(`diagram-${++made}`, text, stage));
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
