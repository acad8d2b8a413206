/* Messages at the foot of the page: those of the last request, those in the `HX-Trigger` header of a fragment, our own. */
import { words } from "./page.js";

const SHORT = 6_000;
const WITH_UNDO = 10_000;

/* A toast waits while somebody points at it or is inside it; errors stay until dismissed. */
const leaveInTime = (element) => {
  if (element.classList.contains("error")) return;
  const end = () => (element.matches(":hover, :focus-within") ? setTimeout(end, 1_000) : element.remove());
  setTimeout(end, element.querySelector("form") ? WITH_UNDO : SHORT);
};

/** Show a message. `undo` is an address that takes it back; level is info, success, warning or error. */
export const toast = ({ text, level = "info", undo = "" }) => {
  const place = document.getElementById("toasts");
  const source = document.getElementById("toast-template");
  if (!place || !source) return;
  const element = source.content.firstElementChild.cloneNode(true);
  element.className = `toast ${level}`;
  element.querySelector(".grow").textContent = text;
  const form = element.querySelector("form");
  if (undo.startsWith("/") && !undo.startsWith("//")) form.setAttribute("action", undo);
  else form.remove();
  if (level === "error") element.setAttribute("role", "alert");
  place.append(element);
  leaveInTime(element);
};

document.querySelectorAll(".toasts > .toast").forEach(leaveInTime);
document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast, .notice")?.remove());
document.addEventListener("toast", (event) => event.detail && toast(typeof event.detail === "string" ? { text: event.detail } : event.detail));

/* A request that failed must say so: what was typed is still on the page. */
document.addEventListener("htmx:error", (event) => {
  if (event.detail?.ctx && event.detail.error?.name !== "AbortError") toast({ text: words("offline"), level: "error" });
});
