// Tells a page whether the browser shows it, so that it does not ask for what nobody sees.

/** Calls the page's OnVisible(bool) whenever that changes, and at once when it is hidden from the start. */
export function watch(page) {
  const listeners = new AbortController();
  const tell = () => page.invokeMethodAsync("OnVisible", document.visibilityState === "visible").catch(() => undefined);
  document.addEventListener("visibilitychange", tell, { signal: listeners.signal });
  if (document.visibilityState !== "visible") {
    tell();
  }
  return { dispose: () => listeners.abort() };
}
