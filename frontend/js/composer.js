/* Writing a post: `c`, the phone's + and the closed line all lead to the same form; on a phone it is a sheet. */
import { isPhone } from "./page.js";

const composer = () => document.querySelector("form.composer#compose, #compose form.composer, #compose");

const open = (form) => {
  const sheet = isPhone() && form.classList.contains("composer");
  form.classList.add("is-open");
  form.classList.toggle("is-sheet", sheet);
  form.scrollIntoView({ block: "nearest" });
  (form.querySelector("textarea") ?? form.querySelector("input:not([type=hidden], [hidden])"))?.focus();
};

const shut = (form) => {
  form.classList.remove("is-open", "is-sheet");
  document.querySelector("[data-compose]")?.focus();
};

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-compose]");
  const form = composer();
  if (opener && form) {
    event.preventDefault();
    open(form);
  }
  const closer = event.target.closest("[data-composer-close]");
  if (closer) {
    event.preventDefault();
    shut(closer.closest(".composer"));
  }
});

document.addEventListener("focusin", (event) => {
  const form = event.target.closest?.(".composer");
  if (form && event.target.matches("textarea") && isPhone() && form.dataset.inline === undefined) {
    form.classList.add("is-open", "is-sheet");
  } else form?.classList.add("is-open");
});

document.addEventListener("keydown", (event) => {
  const sheet = event.key === "Escape" && document.querySelector(".composer.is-sheet");
  if (sheet && !event.defaultPrevented) shut(sheet);
});

if (location.hash === "#compose" && composer()) open(composer());

/* Who has asked to answer one reply goes on by typing. */
if (document.querySelector("#reply .answering") && !document.querySelector("#reply [aria-invalid]")) {
  customElements.whenDefined("text-editor").then(() => document.querySelector("#reply textarea").focus());
}
