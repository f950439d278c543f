// Follows an instance's samples over fetch() and comes again when the connection breaks.

import { RecordSplitter, backOff, delay, openRecords } from "../log/stream.js";

const silenceLimit = 15_000;

/** Runs until the signal aborts, the instance is deleted or the answer is a final no. */
export async function followStats({ url, onRecord, onState, signal, fetch = globalThis.fetch, wait = delay }) {
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (await once()) return;
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
    const silence = new AbortController();
    const stop = () => silence.abort();
    signal.addEventListener("abort", stop);
    let timer = setTimeout(stop, silenceLimit);
    try {
      const reader = await openRecords(url, silence.signal, fetch);
      const splitter = new RecordSplitter();
      while (true) {
        const { value, done } = await reader.read();
        if (done) throw new Error("The connection ended.");
        clearTimeout(timer);
        timer = setTimeout(stop, silenceLimit);
        failures = 0;
        for (const record of splitter.push(value)) {
          onState(record.deleted ? { name: "deleted" } : record.state && !["running", "paused"].includes(record.state) ? { name: "idle", state: record.state } : { name: "live" });
          if (record.deleted) return true;
          if (record.sample) onRecord(record.sample);
        }
      }
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      silence.abort();
    }
  }
}
