/* Push in this browser: asked for by a press, never by itself. */
import { post } from "./page.js";

const place = document.querySelector("[data-push-key]");
const button = place.querySelector("[data-push-switch]");
const state = place.querySelector(".push-state");
const can = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window && window.isSecureContext;
const onApple = /iPhone|iPad/.test(navigator.userAgent) && !navigator.standalone;

const say = (name) => { state.textContent = state.dataset[`words${name}`]; };
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const sameKey = (subscription) => {
  const key = subscription.options.applicationServerKey;
  const ours = bytes(place.dataset.pushKey);
  return key && ours.every((byte, n) => byte === new Uint8Array(key)[n]);
};

const look = async () => {
  const registration = await navigator.serviceWorker.getRegistration("/");
  const subscription = await registration?.pushManager.getSubscription();
  if (Notification.permission === "denied") say("Denied");
  else say(subscription ? "On" : "Off");
  button.hidden = Boolean(subscription) || Notification.permission === "denied";
};

const switchOn = async () => {
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") return await look();
    await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    const registration = await navigator.serviceWorker.ready;
    let subscription = await registration.pushManager.getSubscription();
    if (subscription && !sameKey(subscription)) {
      await subscription.unsubscribe();
      subscription = null;
    }
    subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(place.dataset.pushKey) });
    const { endpoint, keys } = subscription.toJSON();
    const answer = await post(place.dataset.pushOn, { endpoint, p256dh: keys.p256dh, auth: keys.auth });
    if (!answer.ok) {
      await subscription.unsubscribe();
      throw new Error(String(answer.status));
    }
    location.reload();
  } catch {
    say("Failed");
  } finally {
    button.disabled = false;
  }
};

if (can) {
  document.querySelector(".push-without").hidden = true;
  place.hidden = false;
  button.addEventListener("click", switchOn);
  look();
} else if (onApple) {
  document.querySelector(".push-without").hidden = true;
  place.hidden = false;
  button.hidden = true;
  say("Home");
}
