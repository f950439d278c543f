// Keys in a list of buttons: arrows, Home, End and Page keys walk, Enter presses (the browser's own), Backspace presses what goes up.
const page = 10;

export function attach(list) {
  const listeners = new AbortController();
  const buttons = () => [...list.querySelectorAll("button")];
  // A button that cannot be used keeps the focus all the same: its reason is in its title.
  list.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Backspace") {
      event.preventDefault();
      list.parentElement.querySelector("[data-up]")?.click();
      return;
    }
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || all.length === 0) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, to))].focus();
  }, { signal: listeners.signal });

  return {
    focusFirst() {
      const first = buttons()[0];
      if (first) {
        first.focus({ preventScroll: true });
        list.scrollTop = 0;
      } else {
        // Nothing in it: the keys still lead up again.
        list.tabIndex = -1;
        list.focus({ preventScroll: true });
      }
    },
    dispose: () => listeners.abort(),
  };
}
