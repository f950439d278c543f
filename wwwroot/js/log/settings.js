// What a person chose for logs. The server keeps it (LogPreferences.cs holds the same list); the page loads with it. Pure but for fetch and timers.

export const times = ["local", "utc", "relative", "delta", "off"];
const switches = ["wrap", "out", "err", "regex", "find", "numbers", "fields", "fold", "reader"];
const pause = 400;

/** What of a stored value can be used. */
export function known(stored) {
  const kept = {};
  for (const name of switches) if (typeof stored?.[name] === "boolean") kept[name] = stored[name];
  if (times.includes(stored?.time)) kept.time = stored.time;
  return kept;
}

/**
 * Sends what was chosen a moment after the last change; what could not be kept is said once. Only choices are kept: what nobody changed stays as is usual
 * on each device.
 */
export function keeper(address, token, stored, { fetch = globalThis.fetch, onFailure, leaving = globalThis }) {
  const chosen = known(stored);
  let timer;
  let failed = false;

  async function send() {
    timer = undefined;
    let why;
    try {
      const headers = { "Content-Type": "application/json", RequestVerificationToken: token };
      const response = await fetch(address, { method: "PUT", headers, body: JSON.stringify(chosen), credentials: "same-origin", keepalive: true });
      why = response.ok ? null : `The answer was ${response.status}.`;
    } catch (broken) {
      why = broken.message;
    }
    if (why && !failed) onFailure(`Your choice holds on this page, but was not kept. ${why}`);
    failed = Boolean(why);
  }

  // The document goes: what waits is sent now.
  leaving.addEventListener?.("pagehide", () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    send();
  });
  return change => {
    Object.assign(chosen, known(change));
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  };
}
