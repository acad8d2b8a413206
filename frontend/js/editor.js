/* <text-editor>: a textarea with toolbar, preview, completion, files and a draft. Loaded only where somebody writes. */
import "@github/markdown-toolbar-element";
import "@github/text-expander-element";
import { dropDraft, findDraft, keepDraft, markSent } from "./drafts.js";
import { attachFiles, insertText } from "./editor-files.js";
import { offerMore } from "./editor-insert.js";
import { continueList, pasteLink } from "./editor-typing.js";
import { keepOnServer } from "./editor-server.js";
import { later, post } from "./page.js";

/* whether somebody writes with the preview beside the text */
const VIEW = "loikka:editor-view";

class TextEditor extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("textarea");
    if (!this.field || this.ready) return;
    this.ready = true;
    this.preview = this.querySelector(".editor-preview");
    this.state = this.querySelector(".editor-state");
    this.#draft();
    this.#preview();
    this.#complete();
    attachFiles(this);
    offerMore(this);
    keepOnServer(this);
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.field.form?.requestSubmit();
      } else continueList(event, insertText);
    });
    this.field.addEventListener("paste", (event) => pasteLink(event, insertText));
    /* 30 kB that only the editor of a page needs */
    if (this.field.form?.dataset.liveUrl && "WebSocket" in window) import("./together.js").then(({ writeTogether }) => { this.together = writeTogether(this); }).catch(() => {});
  }

  /** The server has this text: leaving it loses nothing. */
  rebase(text) {
    this.base = this.field.defaultValue = text;
  }

  /** Say something under the text. */
  say(text, bad = false) {
    if (!this.state) return;
    this.state.textContent = text;
    this.state.classList.toggle("is-bad", bad);
  }

  #draft() {
    const { wordsDraft, wordsRestored } = this.dataset;
    const { field } = this;
    /* where it will be sent tells one thread's answer from another's */
    const draftKey = this.dataset.draftKey && `${this.dataset.draftKey}@${field.form?.getAttribute("action") || location.pathname}`;
    this.base = field.defaultValue;
    const keptAt = Number(field.form?.dataset.draftAt ?? NaN) * 1000;
    const found = findDraft(draftKey, this.base, keptAt || Infinity);
    if (found && field.value === this.base) {
      field.value = found;
      this.isRestored = true;
      this.toggleAttribute("data-kept", true); // leaving needs no question
      this.say(wordsRestored);
      this.closest(".composer")?.classList.add("is-open");
    }
    const keep = later(() => {
      if (field.form?.dataset.sending) return; // on its way, and marked so: not unsent text again
      const kept = keepDraft(draftKey, field.value, this.base);
      this.toggleAttribute("data-kept", kept);
      if (!field.form?.dataset.serverDraft) this.say(kept ? wordsDraft : "");
    }, 400);
    field.addEventListener("input", keep);
    field.addEventListener("keep", () => { keep(); keep.flush(); });
    addEventListener("pagehide", keep.flush);
    field.form?.addEventListener("submit", () => markSent(draftKey, this.base, field.value));
    /* sent by htmx: a 2xx answer means that the server has it */
    field.form?.addEventListener("htmx:after:request", (event) => {
      if (event.detail?.ctx?.response?.raw?.ok ?? event.detail?.ctx?.response?.status < 300) {
        dropDraft(draftKey);
        if (field.isConnected && field.value) { field.value = this.base; this.say(""); }
      } else keepDraft(draftKey, field.value, this.base);
    });
  }

  #preview() {
    const tabs = [...this.querySelectorAll("[data-editor-tab]")];
    if (!tabs.length || !this.preview) return;
    const pane = this.querySelector("text-expander");
    const render = later(() => this.#render(), 500);
    const show = (tab, focus = true) => {
      const view = tab.dataset.editorTab;
      for (const other of tabs) {
        other.setAttribute("aria-selected", String(other === tab));
        other.tabIndex = other === tab ? 0 : -1;
      }
      pane.hidden = view === "preview";
      this.preview.hidden = view === "write";
      this.classList.toggle("is-preview", view === "preview");
      this.classList.toggle("is-beside", view === "beside");
      if (view !== "write") this.#render();
      if (view !== "preview" && focus) this.field.focus();
      const beside = tabs.some((one) => one.dataset.editorTab === "beside");
      try { if (beside) localStorage.setItem(VIEW, view); } catch { /* forbidden: chosen again next time */ }
    };
    const shown = () => tabs.filter((tab) => tab.checkVisibility());
    for (const tab of tabs) {
      tab.addEventListener("click", () => show(tab));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const all = shown();
        const other = all[(all.indexOf(tab) + step + all.length) % all.length];
        show(other, false);
        other.focus();
      });
    }
    for (const kind of ["input", "text:changed"]) this.field.addEventListener(kind, () => this.classList.contains("is-beside") && render());
    let last = "";
    try { last = localStorage.getItem(VIEW); } catch { /* as above */ }
    const beside = last === "beside" && shown().find((tab) => tab.dataset.editorTab === "beside");
    if (beside) show(beside, false);
  }

  async #render() {
    const { previewUrl, context, wordsNothing, wordsFailed } = this.dataset;
    const text = this.field.value;
    if (!text.trim()) {
      this.preview.textContent = wordsNothing;
      return;
    }
    this.preview.setAttribute("aria-busy", "true");
    try {
      const answer = await post(previewUrl, { markdown: text, context });
      if (answer.status === 413) this.preview.textContent = await answer.text();
      else if (!answer.ok) throw new Error(String(answer.status));
      else this.preview.innerHTML = await answer.text(); // rendered and sanitised by the server like a saved text
      this.preview.dispatchEvent(new CustomEvent("text:shown", { bubbles: true }));
    } catch {
      this.preview.textContent = wordsFailed;
    }
    this.preview.removeAttribute("aria-busy");
  }

  #complete() {
    const expander = this.querySelector("text-expander");
    const { completeUrl } = this.dataset;
    if (!expander || !completeUrl) return;
    let running;
    const fetchList = async (kind, text) => {
      running?.abort();
      running = new AbortController();
      const { signal } = running;
      const query = new URLSearchParams({ kind, q: text, context: this.dataset.context ?? "" });
      try {
        await new Promise((go) => setTimeout(go, 60));
        if (signal.aborted) return { matched: false };
        const answer = await fetch(`${completeUrl}?${query}`, { signal, credentials: "same-origin" });
        if (!answer.ok || answer.status === 204) return { matched: false };
        const holder = document.createElement("template");
        holder.innerHTML = await answer.text();
        const list = holder.content.querySelector("[role=listbox]");
        list?.querySelectorAll("[role=option]:not([id])").forEach((option, n) => { option.id = `${this.field.id}-option-${n}`; });
        return { matched: Boolean(list?.querySelector("[role=option]")), fragment: list };
      } catch {
        return { matched: false };
      }
    };
    expander.addEventListener("text-expander-change", (event) => {
      const { key, text, provide } = event.detail;
      const heading = key === "#" && (!text || text.startsWith("#"));
      if (heading || text.length > 80 || (key === "[[" && text.includes("]"))) return;
      provide(fetchList(key, text));
    });
    expander.addEventListener("text-expander-value", (event) => {
      const { item, key } = event.detail;
      event.detail.value = item.dataset.value ?? `${key}${item.textContent.trim()}`;
    });
    expander.addEventListener("text-expander-committed", () => this.field.dispatchEvent(new Event("input", { bubbles: true })));
  }
}
customElements.get("text-editor") ?? customElements.define("text-editor", TextEditor);
