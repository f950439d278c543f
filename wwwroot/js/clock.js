// One clock for every <time data-age>: writes into the text node that Blazor made, so that Blazor's own updates still find it.
export function age(at, now) {
  const seconds = Math.max(0, Math.floor((now - at) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  const days = Math.floor(seconds / 86400);
  if (days >= 7) return new Date(at).toISOString().slice(0, 10);
  const hours = Math.floor((seconds % 86400) / 3600);
  return hours === 0 ? `${days} d` : `${days} d ${hours} h`;
}

function tick() {
  if (document.hidden) return;
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-age]")) {
    const at = Date.parse(element.dateTime);
    const words = age(at, now) + (element.dataset.age === "ago" && now - at < 7 * 86400e3 ? " ago" : "");
    const text = element.firstChild;
    if (text && text.data !== words) text.data = words;
  }
  for (const element of document.querySelectorAll("time[data-countdown]")) {
    element.textContent = `${Math.max(0, Math.ceil((Date.parse(element.dateTime) - now) / 1000))} s`;
  }
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
