/* Writing a page together: the textarea and a shared text that is the same in every browser. Loaded only by the editor of a page.

   The textarea stays the editor. What is typed is found by comparing it with what it was, and what others type is put in with
   setRangeText, so that toolbar, completion, files and input methods know nothing of all this. Where the connection fails the
   form is saved as ever: it carries the revision it began with. wiki/rooms/socket.py is the other end. */
import * as Y from "yjs";
import { Carets } from "./together-carets.js";
import { difference, fromBase64, toBase64 } from "./together-text.js";
import { toast } from "./toasts.js";

const GATHERED = 40;
const CARET_PAUSE = 120;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/* Above this a save does without the document; the server weaves the text in. */
const MOST_STATE = 3_000_000;
const [GONE, ANEW, FULL] = [4403, 4409, 4413];
const OTHERS = Symbol("others");

class Together {
  constructor(editor) {
    this.editor = editor;
    this.field = editor.field;
    this.form = editor.field.form;
    this.url = Object.assign(new URL(this.form.dataset.liveUrl, location), { protocol: location.protocol.replace("http", "ws") });
    this.memory = `loikka:room:${location.pathname}`;
    this.carets = new Carets(editor, this.form.dataset.wordsTogether);
    this.failures = 0;
    this.pending = [];
    this.held = [];
    this.#listen();
    this.#connect();
  }

  #words(name, put = {}) {
    return Object.entries(put).reduce((text, [key, value]) => text.replace(`{${key}}`, value), this.form.dataset[`words${name}`] ?? "");
  }

  /* --- The connection --- */

  #connect() {
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.socket) return;
      if (typeof data === "string") this.#hear(JSON.parse(data));
      else this.#receive(new Uint8Array(data));
    });
    socket.addEventListener("close", ({ code }) => socket === this.socket && this.#closed(code));
    this.socket = socket;
  }

  #closed(code) {
    const wasHere = this.isHere;
    this.isHere = this.greeted = false;
    this.carets.show([]);
    if (code === GONE || code === FULL || code === 4400 || this.isLeaving) {
      if (code === GONE) this.editor.say(this.#words("LiveGone"), true);
      else if (!this.isLeaving) this.editor.say(this.#words("LiveAlone"), true);
      this.#unbind();
      return;
    }
    if (wasHere && code !== ANEW) this.editor.say(this.#words("LiveAlone"));
    this.failures += 1;
    const wait = code === ANEW ? 100 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures) * (0.5 + Math.random() / 2);
    setTimeout(() => this.#connect(), wait);
  }

  #hear(message) {
    if (this.isComposing && message.type === "saved") { this.held.push(message); return; } // after the updates before it
    if (message.type === "hello") {
      if (this.failures) this.editor.say("");
      this.isHere = true;
      this.failures = 0;
      this.me = message.you;
      this.people = message.people;
      this.myId = this.people.find((one) => one.n === this.me)?.id;
      if (this.doc && message.key !== this.key) this.#unbind();
      this.isNew = !this.doc;
      if (this.isNew) this.#begin(message.key);
      this.#showPeople();
    } else if (message.type === "people") {
      this.people = message.people;
      this.#showPeople();
    } else if (message.type === "caret") {
      const who = this.people.find((one) => one.n === message.n);
      if (who) who.caret = message.caret;
      this.#showPeople();
    } else if (message.type === "brought") this.#brought();
    else if (message.type === "saved") this.#saved(message);
  }

  #begin(key) {
    this.key = key;
    this.doc = new Y.Doc();
    this.text = this.doc.getText("body");
    this.doc.on("update", (update, origin) => origin !== OTHERS && this.#send(update));
  }

  #receive(update) {
    if (this.isComposing) { this.held.push(update); return; } // an input method must not lose its place
    const first = this.isHere && !this.greeted;
    try {
      Y.applyUpdate(this.doc, update, OTHERS);
      if (this.text.length !== this.text.toString().length) throw new Error("no text");
    } catch {
      this.isLeaving = true; // the form goes on without
      this.socket.close();
      return;
    }
    if (first) {
      this.greeted = this.socket;
      if (this.isNew) this.#meet();
      else this.#transmit(Y.encodeStateAsUpdate(this.doc, Y.encodeStateVectorFromUpdate(update)));
    }
    this.#showPeople();
  }

  #send(update) {
    this.pending.push(update);
    this.sending ||= setTimeout(() => this.#flush(), GATHERED);
  }

  #flush() {
    clearTimeout(this.sending);
    this.sending = 0;
    if (!this.pending.length || this.socket.readyState !== WebSocket.OPEN || !this.greeted) return; // sent after the next hello
    this.#transmit(Y.mergeUpdates(this.pending.splice(0)));
  }

  #transmit(update) {
    this.pending.length = 0;
    if (update.length > 2) this.socket.send(update);
  }

  #say(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /* --- My text and theirs --- */

  /* The first time in a room: what stands in the form may be the page's text, or something of mine. */
  #meet() {
    const { field } = this;
    const untouched = field.value === field.defaultValue && "liveFresh" in this.form.dataset;
    const others = this.people.some((one) => one.n !== this.me && one.id !== this.myId);
    if (untouched || field.value === this.text.toString()) this.#bind();
    else if (others && this.#isPrivate()) this.#offer();
    else this.#bring();
  }

  /* A draft is mine alone until I say so; what I typed since the page was opened, or in this room before, is not. */
  #isPrivate() {
    const sameRoom = sessionStorage.getItem(this.memory) === this.key;
    return !sameRoom && (this.editor.isRestored || !("liveFresh" in this.form.dataset));
  }

  #offer() {
    this.offer ??= this.form.querySelector("[data-live-offer]")?.content.firstElementChild.cloneNode(true);
    if (!this.offer) return;
    this.offer.querySelector("button").addEventListener("click", () => { this.offer.remove(); this.#bring(); }, { once: true });
    this.editor.before(this.offer);
  }

  #bring(before) {
    this.bringing = this.field.value;
    const base = Number(this.form.elements.namedItem("base_revision")?.value) || null;
    this.#say({ type: "bring", text: this.bringing, ...(before === undefined ? { base } : { before }) });
  }

  #brought() {
    if (this.bringing === undefined) return;
    const sent = this.bringing;
    this.bringing = undefined;
    if (this.field.value === sent) this.#bind();
    else this.#bring(sent); // typed on meanwhile
  }

  #bind() {
    this.offer?.remove();
    this.shown = this.field.value;
    this.#show(this.text.toString());
    this.undo = new Y.UndoManager(this.text, { trackedOrigins: new Set([this]) });
    this.text.observe((event, { origin }) => origin !== this && this.#apply(event.delta, origin === this.undo));
    this.isBound = true;
    try { sessionStorage.setItem(this.memory, this.key); } catch { /* forbidden: then it is asked again */ }
    this.#tellCaret();
  }

  #unbind() {
    this.#flush();
    this.undo?.destroy();
    this.doc?.destroy();
    this.doc = this.text = this.undo = undefined;
    this.isBound = this.greeted = false;
    this.pending.length = this.held.length = 0;
  }

  /* Put a whole text in, leaving the cursor where it is in the words. */
  #show(text) {
    const { start, gone, put } = difference(this.shown, text);
    if (gone || put) this.field.setRangeText(put, start, start + gone, "preserve");
    this.shown = this.field.value;
    this.#othersWrote();
    if (this.shown !== text) this.#typed(); // line ends that no textarea has
  }

  /* What others typed, or an undo of mine, goes into the textarea. */
  #apply(delta, isMine) {
    const { field } = this;
    let at = 0;
    for (const { retain = 0, insert = "", delete: gone = 0 } of delta) {
      at += retain;
      if (insert || gone) field.setRangeText(insert, at, at + gone, "preserve");
      at += insert.length;
    }
    this.shown = field.value;
    this.#othersWrote();
    if (isMine) {
      field.setSelectionRange(at, at);
      field.dispatchEvent(new Event("input", { bubbles: true })); // drafts and buttons look again
    }
  }

  /* Others wrote. Whoever only looked on leaves nothing behind: going away needs no question. */
  #othersWrote() {
    this.field.dispatchEvent(new Event("text:changed"));
    if (!this.hasTyped && !this.editor.isRestored) this.editor.toggleAttribute("data-kept", true);
  }

  #typed() {
    if (!this.isBound || this.isComposing || this.field.value === this.shown) return;
    const { start, gone, put } = difference(this.shown, this.field.value, this.field.selectionEnd);
    this.shown = this.field.value;
    this.doc.transact(() => {
      if (gone) this.text.delete(start, gone);
      if (put) this.text.insert(start, put);
    }, this);
    this.hasTyped = true;
  }

  /* --- A version was saved --- */

  #saved(message) {
    const isMe = message.id === this.myId;
    const follows = ["title", "tags", "language"].every((name) => this.#isUntouched(name) || this.form.elements.namedItem(name).value === message[name]);
    if (follows) {
      for (const name of ["title", "tags", "language"]) this.#putField(name, message[name]);
      const base = this.form.elements.namedItem("base_revision");
      if (base) base.value = message.base;
    } // else the next save finds out, and asks
    if (!isMe) {
      const text = this.#words(message.clean ? "LiveSaved" : "LiveMerged", { name: message.by, number: message.version });
      toast({ text });
    }
    if (!this.isBound) return;
    if (message.clean && follows && !this.pending.length) this.editor.rebase(this.field.value);
    if (this.hasTyped && follows) this.field.dispatchEvent(new CustomEvent("keep", { bubbles: true }));
  }

  #isUntouched(name) {
    const field = this.form.elements.namedItem(name);
    if (!field) return true;
    return field.options ? field.options[field.selectedIndex]?.defaultSelected : field.value === field.defaultValue;
  }

  #putField(name, value) {
    const field = this.form.elements.namedItem(name);
    if (!field) return;
    if (field.options) for (const option of field.options) option.defaultSelected = option.value === value;
    else field.defaultValue = value;
    field.value = value;
  }

  /* --- Cursors --- */

  #tellCaret() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (!this.isBound || !this.isHere || this.field.value !== this.shown) return;
      const { field, text } = this;
      const place = (at) => toBase64(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, at)));
      const caret = document.activeElement === field ? [place(field.selectionStart), place(field.selectionEnd)] : null;
      const words = JSON.stringify(caret);
      if (words === this.told) return;
      this.told = words;
      this.#say({ type: "caret", caret });
    }, CARET_PAUSE);
  }

  #showPeople() {
    const place = (code) => {
      try { return Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(fromBase64(code)), this.doc)?.index; } catch { return undefined; }
    };
    const others = this.people.filter((one) => one.n !== this.me);
    this.carets.show(others.map((one) => ({ ...one, places: this.isBound && one.caret ? one.caret.map(place) : [] })));
  }

  /* --- What the browser says --- */

  #listen() {
    const { field, form } = this;
    field.addEventListener("input", () => { this.#typed(); this.#tellCaret(); });
    field.addEventListener("compositionstart", () => { this.isComposing = true; });
    field.addEventListener("compositionend", () => setTimeout(() => {
      this.isComposing = false;
      if (!this.doc) return;
      this.#typed();
      for (const what of this.held.splice(0)) what instanceof Uint8Array ? this.#receive(what) : this.#hear(what);
    }));
    const undo = (event, way) => {
      if (!this.isBound) return;
      event.preventDefault();
      this.#typed();
      this.undo[way]();
    };
    field.addEventListener("beforeinput", (event) => {
      if (event.inputType === "historyUndo") undo(event, "undo");
      if (event.inputType === "historyRedo") undo(event, "redo");
    });
    field.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "z") undo(event, event.shiftKey ? "redo" : "undo");
      if (key === "y" && !event.shiftKey) undo(event, "redo");
    });
    document.addEventListener("selectionchange", () => this.#tellCaret());
    for (const kind of ["focus", "blur", "keyup", "pointerup", "select"]) field.addEventListener(kind, () => this.#tellCaret());
    form.addEventListener("submit", () => this.#fillIn());
    addEventListener("pagehide", () => { this.isLeaving = true; this.#flush(); this.socket.close(1000); });
    addEventListener("pageshow", (event) => { if (event.persisted) { this.isLeaving = false; this.#connect(); } });
    addEventListener("online", () => { if (this.socket.readyState === WebSocket.CLOSED && !this.isLeaving) this.#connect(); });
  }

  /* The save carries the document: the server sees that the text is the room's, however much of it has arrived. */
  #fillIn() {
    const [key, state] = ["live_key", "live_state"].map((name) => this.form.elements.namedItem(name));
    if (!key || !state) return;
    key.value = state.value = "";
    this.#typed();
    if (!this.isBound || this.field.value !== this.text.toString()) return;
    const whole = Y.encodeStateAsUpdate(this.doc);
    if (whole.length > MOST_STATE) return;
    key.value = this.key;
    state.value = toBase64(whole);
  }
}

/** Let the editor of a page be written in together with others. */
export const writeTogether = (editor) => new Together(editor);
