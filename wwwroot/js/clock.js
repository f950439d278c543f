import { age, ago } from "./age.js";

// One clock for every <time data-age>: writes into the text node that Blazor made, so that Blazor's own updates still find it.
function tick() {
  if (document.hidden) return;
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-age]")) {
    const at = Date.parse(element.dateTime);
    const words = element.dataset.age === "ago" ? ago(at, now) : age(at, now);
    const text = element.firstChild;
    if (text && text.data !== words) text.data = words;
  }
  for (const element of document.querySelectorAll("time[data-countdown]")) {
    element.textContent = `${Math.max(0, Math.ceil((Date.parse(element.dateTime) - now) / 1000))} s`;
  }
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
