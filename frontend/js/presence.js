/* Who is editing: a page open for writing says so every few seconds, and says goodbye. Who sees it is the server's business. */
import { csrfToken, post } from "./page.js";

const EVERY = 8_000;
const form = document.querySelector("[data-editing-url]");

if (form) {
  const { editingUrl } = form.dataset;
  /* two tabs of one person come and go by themselves */
  const tab = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const beat = () => post(editingUrl, { tab }).catch(() => {});
  beat();
  setInterval(beat, EVERY);
  addEventListener("pagehide", () => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", csrfToken());
    body.append("tab", tab);
    body.append("leave", "1");
    navigator.sendBeacon(editingUrl, body);
  });
}
