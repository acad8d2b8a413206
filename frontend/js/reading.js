/* A long page: the contents follow the reading, code can be copied. */
import { words } from "./page.js";

const links = new Map();
for (const link of document.querySelectorAll(".toc a[href^='#']")) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (heading) links.set(heading, link);
}
if (links.size) {
  const headings = [...links.keys()];
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
    const here = links.get(passed.at(-1) ?? headings[0]);
    if (here.hasAttribute("aria-current")) return;
    links.forEach((link) => link.removeAttribute("aria-current"));
    here.setAttribute("aria-current", "true");
  };
  let due = false;
  addEventListener("scroll", () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; mark(); });
  }, { passive: true });
  mark();
}

const addCopyButtons = () => {
  for (const block of document.querySelectorAll(".prose.page pre:not([data-copyable], .mermaid)")) {
    block.dataset.copyable = "";
    const frame = document.createElement("div");
    frame.className = "code-block";
    block.replaceWith(frame);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small copy-code";
    button.textContent = words("copy");
    button.dataset.copy = block.textContent.replace(/\n$/, "");
    frame.append(block, button);
  }
};
addCopyButtons();
document.addEventListener("htmx:after:swap", addCopyButtons);
