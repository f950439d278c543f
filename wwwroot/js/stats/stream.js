// Follows an instance's samples over fetch() and comes again when the connection breaks.

import { backOff, delay, readRecords } from "../log/stream.js";

/** Runs until the signal aborts, the instance is deleted or the answer is a final no. */
export async function followStats({ url, onRecord, onState, signal, fetch = globalThis.fetch, wait = delay }) {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await once();
      return;
    } catch (failure) {
      if (signal.aborted) return;
      if (failure.final) {
        onState({ name: "refused", status: failure.status, words: failure.message });
        return;
      }
      onState({ name: "reconnecting", words: failure.message });
    }
    await wait(backOff[Math.min(failures++, backOff.length - 1)], signal);
  }

  async function once() {
    let deleted = false;
    await readRecords(url, {
      signal,
      fetch,
      onRecords: records => {
        failures = 0;
        for (const record of records) {
          onState(record.deleted ? { name: "deleted" } : record.state && !["running", "paused"].includes(record.state) ? { name: "idle", state: record.state } : { name: "live" });
          if (record.deleted) {
            deleted = true;
            break;
          }
          if (record.sample) onRecord(record.sample);
        }
        return deleted;
      },
    });
    if (!deleted) throw new Error("The connection ended.");
  }
}
