/* Boxes of task lists: ticked where they stand. Without this the form of the page does it with a reload. */
import { csrfToken, words } from "./page.js";
import { toast } from "./toasts.js";

/* one after the other: each is told upon the version the one before made */
let line = Promise.resolve();

const show = (box, done) => {
  box.setAttribute("aria-checked", String(done));
  box.value = `${box.value.split("-")[0]}-${done ? 0 : 1}`;
};

const send = async (box, form, value, done) => {
  try {
    const body = new FormData(form);
    body.set("box", value);
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    });
    if (answer.status === 409) return location.reload(); // says why
    if (!answer.ok) throw new Error(String(answer.status));
    form.elements.namedItem("base").value = (await answer.json()).revision;
  } catch {
    show(box, !done);
    toast({ text: words("offline"), level: "error" });
  }
};

document.addEventListener("click", (event) => {
  const box = event.target.closest(".task-box");
  const form = box?.form;
  if (!form) return;
  event.preventDefault();
  const { value } = box;
  const done = value.endsWith("-1");
  show(box, done);
  line = line.then(() => send(box, form, value, done));
});
