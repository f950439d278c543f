// Follows a log over fetch(): takes up where it stopped, without a line twice and without a hole. Pure but for fetch and timers.

export const backOff = [250, 500, 1000, 2000, 5000];
const silenceLimit = 15_000;
// After so many failures in a row the newest lines of another source are better than old ones of the right one.
const patience = 4;
const endedPause = 3_000;
// So much is read in one go, and for so long: then the page is drawn and hears its keys.
const portion = 32 * 1024;
const turn = 8;

/** Splits a stream of text pieces into records. */
export class RecordSplitter {
  rest = "";

  push(piece) {
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop();
    return lines.filter(line => line !== "").map(line => JSON.parse(line));
  }
}

/**
 * Runs until the signal aborts.
 * @param url the address of the stream.
 * @param tail how many lines of the past the first connection asks for.
 * @param onRecords takes arrays of records. @param onState takes { name, … } for people.
 */
export async function follow({ url, tail, onRecords, onState, signal, fetch = globalThis.fetch, wait = delay }) {
  let cursor = null;
  let failures = 0;
  const marks = new Set();
  while (!signal.aborted) {
    let pause;
    try {
      const ended = await once();
      if (signal.aborted) return;
      failures = 0;
      pause = endedPause;
      onState({ name: "ended", end: ended });
    } catch (failure) {
      if (signal.aborted) return;
      if (failure instanceof Refused && failure.final) {
        onState({ name: "refused", status: failure.status, words: failure.message });
        return;
      }
      pause = backOff[Math.min(failures++, backOff.length - 1)];
      onState({ name: "reconnecting", words: failure.message, failures });
    }
    await wait(pause, signal);
  }

  async function once() {
    const query = new URLSearchParams({ follow: "true" });
    if (cursor) query.set("cursor", cursor);
    else if (tail) query.set("tail", String(tail));
    if (failures >= patience) query.set("console", "true");
    let live = false;
    let ended = null;
    await readRecords(`${url}?${query}`, {
      signal,
      fetch,
      onRecords: records => {
        ended = deliver(records);
        if (!ended && !live) {
          live = true;
          failures = 0;
          onState({ name: "live" });
        }
        return ended !== null;
      },
    });
    if (!ended) throw new Error("The connection ended.");
    return ended;
  }

  function deliver(records) {
    let end = null;
    const wanted = [];
    for (const record of records) {
      if (record.end) end = record.end;
      else if (record.event) {
        // A mark has no cursor: after a reconnect it may come again.
        const key = `${record.event.type} ${record.event.time}`;
        if (!marks.has(key)) {
          marks.add(key);
          wanted.push(record);
        }
        // Another source, whose lines have no cursors: the log itself is asked for from its tail again.
        if (record.event.type === "console") cursor = null;
      } else if (!record.ping) {
        cursor = record.cursor ?? cursor;
        wanted.push(record);
      }
    }
    if (wanted.length > 0) onRecords(wanted);
    return end;
  }
}

/**
 * Reads records from an address until it ends, or until `onRecords` returns true. Throws what went wrong: `Refused` with the words of
 * the server, or that nothing was heard of it for a while.
 */
export async function readRecords(address, { signal, onRecords, fetch = globalThis.fetch }) {
  const silence = new AbortController();
  const stop = () => silence.abort();
  signal.addEventListener("abort", stop);
  let timer = setTimeout(stop, silenceLimit);
  try {
    const response = await fetch(address, { headers: { Accept: "application/x-ndjson" }, cache: "no-store", credentials: "same-origin", redirect: "manual", signal: silence.signal });
    if (response.type === "opaqueredirect") throw new Refused(401, "You are signed out.");
    if (!response.ok) throw new Refused(response.status, await wordsOf(response));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const splitter = new RecordSplitter();
    let began = performance.now();
    while (true) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(stop, silenceLimit);
      for (let at = 0; at < value.length; at += portion) {
        if (onRecords(splitter.push(value.slice(at, at + portion)))) return;
        if (performance.now() - began > turn) {
          await new Promise(resolve => setTimeout(resolve));
          if (silence.signal.aborted) return;
          began = performance.now();
        }
      }
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    silence.abort();
  }
}

export class Refused extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
    this.final = status === 401 || status === 403 || status === 404;
  }
}

async function wordsOf(response) {
  try {
    const problem = await response.json();
    return problem.detail ?? problem.title ?? `The answer was ${response.status}.`;
  } catch {
    return `The answer was ${response.status}.`;
  }
}

export function delay(milliseconds, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
