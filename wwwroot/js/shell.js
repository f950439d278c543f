import "./clock.js";
import "./dialogs.js";
import "./keys.js";
import "./late.js";
import "./session.js";

// The shell's small jobs: copying, announcing, the reconnect notice and the connection chip. Listens on the document, so re-renders lose nothing.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  announce("Copied.");
  button.dataset.copied = "";
  button.addEventListener("blur", () => delete button.dataset.copied, { once: true });
});

// The router would scroll there and leave the focus behind.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".skip")) return;
  event.preventDefault();
  event.stopPropagation();
  document.getElementById("main").focus();
}, true);

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

// Puts the cursor where the server says: into a field, or on the heading of one.
globalThis.dashboardFocus = (id) => {
  const element = document.getElementById(id);
  element?.scrollIntoView({ block: "center" });
  element?.focus({ preventScroll: true });
};

const notice = document.getElementById("components-reconnect-modal");
let lostAt;
notice?.addEventListener("components-reconnect-state-changed", (event) => {
  const { state } = event.detail;
  document.documentElement.toggleAttribute("data-offline", state !== "hide");
  lostAt = state === "hide" ? undefined : lostAt ?? new Date();
  const chip = document.getElementById("connection-lost");
  if (chip) chip.textContent = lostAt ? `${state === "failed" ? "Offline" : "Reconnecting"}, as of ${lostAt.toTimeString().slice(0, 5)}` : "";
  // A form that somebody fills in is not thrown away, nor the place of a log where they stopped to read: the notice's button does it when they are ready.
  if (state === "rejected" && !document.querySelector("[role=dialog], dialog[open], .log-paused")) location.reload();
});
document.getElementById("reconnect-retry")?.addEventListener("click", async () => {
  if (!(await Blazor.reconnect())) location.reload();
});
for (const id of ["reconnect-reload", "stopped-reload"]) document.getElementById(id)?.addEventListener("click", () => location.reload());
