// Keys. Any element may say data-key="n", "shift n", "/", "Escape", "ctrl enter" or "g i": pressing that clicks it, or focuses it when it is a field. data-row-key
// acts in the row (data-row) that has the focus; J and K walk the rows. Single keys act only while no field has the focus, nothing lies
// over the page and neither Ctrl, Alt nor Meta is held, and they can be switched off (WCAG 2.1.4). The help (?) is read off the page.
const store = "dashboard-single-keys";
const patience = 1200;
const field = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
const over = "dialog[open], [role=dialog], .mud-dialog-container, [popover]:popover-open";
let first;
let timer;

export const singleKeys = {
  get on() { return localStorage.getItem(store) !== "off"; },
  set on(value) { value ? localStorage.removeItem(store) : localStorage.setItem(store, "off"); },
};

export const visible = element => element.checkVisibility({ visibilityProperty: true });

/** What a button, link or field is called: its label without the key that it shows. */
export function nameOf(element) {
  const label = element.getAttribute("aria-label") ?? element.title;
  if (label) return label;
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll("kbd, svg, [aria-hidden=true]")) part.remove();
  return copy.textContent.trim() || (element.placeholder ?? "");
}

/** The elements that answer to a key now: those of what lies over the page alone, if anything does. */
export function keyed() {
  const scope = [...document.querySelectorAll(over)].filter(visible).at(-1) ?? document;
  return [...scope.querySelectorAll("[data-key]")].filter(visible);
}

function press(element) {
  if (element.matches(field)) {
    element.focus();
    element.select?.();
  } else if (element.getAttribute("aria-disabled") === "true") element.focus(); // Its reason is said on focus.
  else element.click();
}

// The focus goes to the next row's link, from outside to the first one.
function walk(from, step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length === 0) return false;
  const now = rows.indexOf(from.closest?.("[data-row]"));
  rows[now < 0 ? 0 : Math.min(Math.max(now + step, 0), rows.length - 1)].querySelector("a")?.focus();
  return true;
}

function single(key, event) {
  const wanted = first ? `${first} ${key}` : key;
  clearTimeout(timer);
  first = undefined;
  const all = keyed();
  const row = all.length > 0 && wanted === key ? event.target.closest?.("[data-row]")?.querySelector(`[data-row-key="${CSS.escape(key)}"]`) : null;
  const found = row ?? all.find(element => element.dataset.key === wanted);
  if (found) {
    press(found);
    return true;
  }
  if (all.some(element => element.dataset.key.startsWith(`${key} `))) {
    first = key;
    timer = setTimeout(() => { first = undefined; }, patience);
    return true;
  }
  return (key === "j" || key === "k") && !document.querySelector(over) && walk(event.target, key === "j" ? 1 : -1);
}

document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) {
    const opener = (key === "k" || key === "Enter") && !event.shiftKey ? keyed().find(element => element.dataset.key === `ctrl ${key.toLowerCase()}`) : null;
    if (!opener) return;
    event.preventDefault();
    press(opener);
    return;
  }
  if (key === " " || event.target.closest?.(field) || (key.length === 1 && !singleKeys.on)) return;
  if (single(event.shiftKey && /^[a-z]$/.test(key) ? `shift ${key}` : key, event)) event.preventDefault();
});

/** Whether the page stands at its top: new rows may then be put above. */
globalThis.dashboardAtTop = () => (document.getElementById("main")?.scrollTop ?? 0) < 8;
