import "./clock.js";
import "./keys.js";

// The shell's small jobs: copying, the reconnect notice, and the connection chip. Listens on the document, so re-renders lose nothing.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  announce("Copied.");
  button.dataset.copied = "";
  button.addEventListener("blur", () => delete button.dataset.copied, { once: true });
});

let pending = [];
let timer;
export function announce(words) {
  pending.push(words);
  timer ??= setTimeout(() => {
    timer = undefined;
    const region = document.getElementById("announcer");
    if (region) region.textContent = pending.splice(0).join(" ");
  }, 100);
}
globalThis.dashboardAnnounce = announce;

const notice = document.getElementById("components-reconnect-modal");
notice?.addEventListener("components-reconnect-state-changed", (event) => {
  document.documentElement.toggleAttribute("data-offline", event.detail.state !== "hide");
  if (event.detail.state === "rejected") location.reload();
});
document.getElementById("reconnect-retry")?.addEventListener("click", async () => {
  if (!(await Blazor.reconnect())) location.reload();
});
document.getElementById("reconnect-reload")?.addEventListener("click", () => location.reload());
