/* Light, dark or as the system: shown at once, told to the server, whose next page has it from the start. */
import { post } from "./page.js";

const root = document.documentElement;

const show = (chosen) => {
  for (const button of document.querySelectorAll("[data-theme-value]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeValue === chosen));
  }
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-value]");
  if (!button) return;
  event.preventDefault();
  const chosen = button.dataset.themeValue;
  if (chosen === "auto") delete root.dataset.theme;
  else root.dataset.theme = chosen;
  show(chosen);
  /* for the page that is asked for before the answer is back */
  document.cookie = `loikka_theme=${chosen}; Path=/; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  /* kept by the server as a cookie and with the person; should that fail, this page still looks as wished */
  if (button.form) post(button.form.getAttribute("action"), { theme: chosen }, { keepalive: true }).catch(() => {});
});
show(root.dataset.theme ?? "auto");
