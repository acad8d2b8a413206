/* What every page loads. Each module looks after the attributes that docs/frontend.md lists for it. */
import "./theme.js";
import "./times.js";
import "./toasts.js";
import "./menus.js";
import "./forms.js";
import "./keys.js";
import "./composer.js";
import "./feed.js";
import "./reading.js";
import "./tasks.js";
import "./presence.js";
import "./live.js";
import "./switcher.js";
import "./installed.js";
import { settleSentDrafts } from "./drafts.js";

settleSentDrafts();

/* The editor is 10 kB that a reader never needs: fetch it when somebody is about to write, or when nothing else is to do. */
const wanted = () => Promise.all([import("./editor.js"), import("./kinds.js"), import("./tag-proposals.js")]);
const look = () => {
  if (!document.querySelector("text-editor:not(:defined)")) return;
  const idle = window.requestIdleCallback ?? ((go) => setTimeout(go, 300));
  idle(wanted, { timeout: 2000 });
};
look();
document.addEventListener("htmx:after:swap", look);
document.addEventListener("focusin", (event) => event.target.closest?.("text-editor") && wanted());

/* The tree of pages: fetched by the pages that show one. */
const tree = () => document.querySelector(".page-tree") && import("./tree-moving.js");
tree();
document.addEventListener("htmx:after:swap", tree);

/* Making paths: two small modules for few people. */
if (document.querySelector(".step-list")) import("./steps-moving.js");
if (document.querySelector("[data-suggest]")) import("./suggest.js");

/* Switching push on: one page. */
if (document.querySelector("[data-push-key]")) import("./push.js");

/* Diagrams need a library fifty times as large as all of this: fetched only by a page that shows one. */
const draw = () => document.querySelector("pre.mermaid") && import("./diagrams.js").then((diagrams) => diagrams.draw());
draw();
document.addEventListener("htmx:after:swap", draw);
document.addEventListener("text:shown", draw);
