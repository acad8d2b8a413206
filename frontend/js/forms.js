/* One press is one message; a button says when it is busy; typed text is not left behind without asking. */
import { forgetDrafts } from "./drafts.js";
import { forgetLately } from "./lately.js";
import { words } from "./page.js";
import { toast } from "./toasts.js";

/* longer than any request of ours; a form must never stay dead */
const STUCK = 20_000;

const release = (form) => {
  delete form.dataset.sending;
  form.querySelectorAll(".is-busy").forEach((button) => button.classList.remove("is-busy"));
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  /* attributes, because a field named "action" or "method" hides the form's own */
  if (form.getAttribute("method")?.toLowerCase() !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  form.dataset.sending = "1";
  setTimeout(() => release(form), STUCK);
  if (form.getAttribute("action")?.endsWith("/logout/")) {
    forgetDrafts();
    forgetLately();
  }
  /* after the browser has read the pressed button's name and value */
  setTimeout(() => event.submitter?.matches(".button") && event.submitter.classList.add("is-busy"));
}, true);

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form") ?? event.detail?.ctx?.sourceElement?.closest?.("form");
  if (form) release(form);
});
/* the page may come back from the browser's own cache with a form that was sent */
addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));

/* Typing a third version chooses it. */
document.addEventListener("input", (event) => {
  const name = event.target.dataset?.choose;
  if (!name) return;
  const choice = [...event.target.form.elements].find((field) => field.type === "radio" && field.name === name && field.value === "edit");
  if (choice) choice.checked = true;
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

/* A text whose draft is kept is found again; asking would only be in the way. */
const isUnsent = (field) => field.value !== field.defaultValue && field.value.trim() && !field.form?.dataset.sending && !field.closest("[data-kept]");
addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("text-editor textarea, form[data-guard] textarea")].some(isUnsent)) event.preventDefault();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  event.preventDefault();
  await navigator.clipboard?.writeText(button.dataset.copy);
  toast({ text: words("copied"), level: "success" });
});

/* A thin line at the top for what takes longer than a moment; the style sheet waits before showing it. */
let running = 0;
const line = document.createElement("div");
line.className = "page-progress";
document.addEventListener("htmx:before:request", () => { if (++running === 1) document.body.append(line); });
document.addEventListener("htmx:finally:request", () => { running = Math.max(0, running - 1); if (!running) line.remove(); });
