/* Light, dark or as the system. The server reads the same cookie, so no page ever flashes in the wrong colours. */
const root = document.documentElement;
const YEAR = 365 * 24 * 3600;

const show = (chosen) => {
  for (const button of document.querySelectorAll("[data-theme-value]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeValue === chosen));
  }
};

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-theme-value]")?.dataset.themeValue;
  if (!chosen) return;
  if (chosen === "auto") delete root.dataset.theme;
  else root.dataset.theme = chosen;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `loikka_theme=${chosen}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
  show(chosen);
});
show(root.dataset.theme ?? "auto");
