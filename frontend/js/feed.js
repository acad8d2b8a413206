/* The composer's choice of community decides who is completed after @, where files go, and who will read it. */
document.addEventListener("change", (event) => {
  const choice = event.target.closest("[data-audience-choice]");
  const editor = choice?.form.querySelector("text-editor");
  if (editor) editor.dataset.context = choice.value;
  const said = choice?.parentElement.querySelector(".chosen-audience > span");
  if (said) said.textContent = choice.selectedOptions[0].dataset.audience;
});

/* A reaction shows at once. The server's answer takes the row's place; what did not arrive is put back. */
const asItWas = new WeakMap();

const step = (button, on) => {
  const number = button.lastChild;
  const count = Number(number.textContent) + (on ? 1 : -1);
  const stays = "stays" in button.dataset;
  button.setAttribute("aria-pressed", String(on));
  button.hidden = count < 1 && !stays;
  number.textContent = count < 1 && stays ? "" : String(count);
};

const made = (choice) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "reaction";
  button.append(choice.querySelector("svg").cloneNode(true), "0");
  return button;
};

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.reactions");
  const pressed = event.submitter;
  if (!form || !pressed?.value) return;
  asItWas.set(form, [...form.cloneNode(true).childNodes]);
  if (pressed.matches(".reaction")) return step(pressed, pressed.getAttribute("aria-pressed") !== "true");
  const menu = pressed.closest("details");
  menu.open = false;
  const there = [...form.querySelectorAll("button.reaction")].find((button) => button.value === pressed.value);
  const button = there ?? made(pressed);
  if (!there) menu.before(button);
  if (button.getAttribute("aria-pressed") !== "true") step(button, true);
});

const putBack = (event) => {
  const form = event.detail?.ctx?.sourceElement?.closest?.("form.reactions");
  const failed = event.type === "htmx:error" || !(event.detail?.ctx?.response?.raw?.ok ?? true);
  if (form && failed && asItWas.has(form)) form.replaceChildren(...asItWas.get(form));
};
document.addEventListener("htmx:error", putBack);
document.addEventListener("htmx:after:request", putBack);

/* What was pressed is replaced by the server's answer: whoever uses the keyboard stands in the same place after it. */
let pressed = null;
document.addEventListener("submit", ({ target, submitter }) => {
  if (target.matches("form.reactions, form.poll")) pressed = { address: target.getAttribute("action"), value: submitter?.value ?? "" };
}, true);
document.addEventListener("htmx:after:swap", () => {
  if (!pressed || document.activeElement !== document.body) return;
  const { address, value } = pressed;
  const form = [...document.querySelectorAll("form.reactions, form.poll")].find((one) => one.getAttribute("action") === address);
  if (!form) return;
  pressed = null;
  const same = [...form.querySelectorAll("button.reaction")].find((button) => value && button.value === value);
  (same ?? form.querySelector("[data-react], summary, button.button"))?.focus({ preventScroll: true });
});
