/* Keep "5 min ago" true, in the server's own words. Older times say a day and need no refreshing. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const refresh = () => {
  const { agoNow, agoMinutes, agoHours } = document.body.dataset;
  if (!agoNow) return;
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const age = Date.now() - Date.parse(time.dateTime);
    const text = age < MINUTE ? agoNow : age < HOUR ? agoMinutes.replace("%n", Math.floor(age / MINUTE)) : agoHours.replace("%n", Math.floor(age / HOUR));
    if (age < 12 * HOUR && time.textContent !== text) time.textContent = text;
  }
};
setInterval(refresh, MINUTE);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
