// Single keys for what the page marks: data-key anywhere, data-row-key within the row (data-row) that has the focus.
// They act only when no field has the focus, nothing lies over the page, and no other key is held.

const field = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const over = ".mud-dialog-container, [popover]:popover-open";

document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.(field) || document.querySelector(over)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "j" || key === "k") {
    if (move(event.target, key === "j" ? 1 : -1)) event.preventDefault();
    return;
  }
  const name = CSS.escape(key);
  const target = event.target.closest?.("[data-row]")?.querySelector(`[data-row-key="${name}"]`) ?? document.querySelector(`[data-key="${name}"]`);
  if (!target || target.getAttribute("aria-disabled") === "true") return;
  event.preventDefault();
  if (target.matches(field)) {
    target.focus();
    target.select?.();
  } else target.click();
});

// The focus goes to the next row's link, from outside to the first one.
function move(from, step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length === 0) return false;
  const now = rows.indexOf(from.closest?.("[data-row]"));
  rows[now < 0 ? 0 : Math.min(Math.max(now + step, 0), rows.length - 1)].querySelector("a")?.focus();
  return true;
}

/** Whether the page stands at its top: new rows may then be put above. */
globalThis.dashboardAtTop = () => (document.getElementById("main")?.scrollTop ?? 0) < 8;
