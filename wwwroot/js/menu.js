// A menu of actions over the page: the browser's own popover, placed below its button. Arrow keys walk, Esc and a click elsewhere close.

const margin = 8;

/** Opens the menu at its button. Call it when the menu's items are drawn. */
export function open(menu, anchor) {
  if (!menu.isConnected || menu.matches(":popover-open")) return;
  const listeners = new AbortController();
  const { signal } = listeners;
  menu.addEventListener("keydown", event => walk(menu, event), { signal });
  menu.addEventListener("click", event => close(menu, event), { signal });
  menu.addEventListener("toggle", event => {
    if (event.newState !== "closed") return;
    listeners.abort();
    anchor.setAttribute("aria-expanded", "false");
    // A dialog that the menu opened may have the focus by now.
    if (document.activeElement === document.body || menu.contains(document.activeElement)) anchor.focus();
  }, { signal });
  menu.showPopover();
  place(menu, anchor);
  anchor.setAttribute("aria-expanded", "true");
  items(menu)[0]?.focus();
}

const items = menu => [...menu.querySelectorAll('[role="menuitem"]')];

function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const below = at.bottom + 4;
  const above = at.top - 4 - menu.offsetHeight;
  menu.style.top = `${below + menu.offsetHeight + margin <= innerHeight || above < margin ? Math.min(below, Math.max(margin, innerHeight - margin - menu.offsetHeight)) : above}px`;
  menu.style.left = `${Math.min(Math.max(margin, at.right - menu.offsetWidth), innerWidth - margin - menu.offsetWidth)}px`;
}

function close(menu, event) {
  const item = event.target.closest('[role="menuitem"]');
  if (item && item.getAttribute("aria-disabled") !== "true") menu.hidePopover();
}

function walk(menu, event) {
  const all = items(menu);
  const now = all.indexOf(document.activeElement);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  all[(next + all.length) % all.length].focus();
}
