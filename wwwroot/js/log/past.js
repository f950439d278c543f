// The part of the log that is older than what the live page keeps: windows of it, read when they are looked at. Bounded. Pure but for fetch.

import { LogBuffer } from "./buffer.js";
import { entryOf } from "./entries.js";
import { readRecords } from "./stream.js";

const page = 5_000;
const beginning = { type: "first", words: "the first line that is kept" };

export class Past {
  /**
   * @param address of the log. @param onProgress takes the number of older lines that were read from the engine so far.
   * @param limit how many entries are kept: what is farthest from the last window goes first.
   */
  constructor({ address, fetch = globalThis.fetch, onProgress = () => {}, limit = 30_000 }) {
    Object.assign(this, { address, fetch, onProgress, limit });
    this.buffer = new LogBuffer(Infinity);
    this.start = false;
    this.end = false;
    this.total = 0;
    this.loading = null;
    /** Called right before lines come or go. */
    this.onChanging = () => {};
  }

  /** Reads the surroundings of a line (`cursor`) or of a moment (`at`, ISO). */
  async open(from, { before = page, after = page } = {}) {
    this.abort?.abort();
    const { window, entries } = await this.window({ ...from, before, after });
    this.buffer.clear();
    this.buffer.next = 0;
    for (const entry of entries) this.buffer.push(entry);
    Object.assign(this, { start: window.start, end: window.end, total: window.total });
    if (this.start) this.begin();
  }

  /** Reads what is before the first line that is kept here. True when there was something. */
  older() {
    return this.once(async () => {
      const first = this.edge(1);
      if (this.start || !first) return false;
      const { window, entries } = await this.window({ cursor: first.cursor, before: page, after: 0 });
      this.onChanging();
      Object.assign(this, { start: window.start, total: window.total });
      this.buffer.prepend(entries);
      if (this.start) this.begin();
      if (this.buffer.size > this.limit) {
        this.buffer.trim(this.limit - this.buffer.size);
        this.end = false;
      }
      return true;
    });
  }

  /** Reads what is after the last line that is kept here. True when there was something. */
  newer() {
    return this.once(async () => {
      const last = this.edge(-1);
      if (!last) return false;
      const { window, entries } = await this.window({ cursor: last.cursor, before: 0, after: page + 1 });
      this.onChanging();
      Object.assign(this, { end: window.end, total: window.total });
      const at = entries.findIndex(entry => entry.cursor === last.cursor);
      for (const entry of entries.slice(at + 1)) this.buffer.push(entry);
      if (this.buffer.size > this.limit) {
        this.buffer.trim(this.buffer.size - this.limit);
        this.start = false;
      }
      return entries.length > at + 1;
    });
  }

  find(cursor) {
    for (const entry of this.buffer.all()) if (entry.cursor === cursor) return entry;
    return undefined;
  }

  /** The numbers of the first and the last line that are kept here, and how many the log has. */
  get place() {
    return { first: this.edge(1)?.number ?? 0, last: this.edge(-1)?.number ?? 0, total: this.total };
  }

  /** The first (1) or last (-1) line that is kept here. */
  edge(step) {
    const { buffer } = this;
    for (let seq = step > 0 ? buffer.first : buffer.next - 1; ; seq += step) {
      const entry = buffer.get(seq);
      if (!entry || entry.cursor) return entry;
    }
  }

  dispose() {
    this.abort?.abort();
  }

  begin() {
    if (this.buffer.get(this.buffer.first)?.event?.type !== "first") this.buffer.prepend([{ kind: "event", event: { ...beginning, time: this.edge(1)?.time }, group: null }]);
  }

  // One window at a time: asked again meanwhile, it is the same one.
  once(load) {
    this.loading ??= load().finally(() => (this.loading = null));
    return this.loading;
  }

  async window(query) {
    this.abort = new AbortController();
    const entries = [];
    let window = null;
    let number = 0;
    await readRecords(`${this.address}/window?${new URLSearchParams(query)}`, {
      signal: this.abort.signal,
      fetch: this.fetch,
      onRecords: records => {
        for (const record of records) {
          if (record.progress) this.onProgress(record.progress.lines);
          else if (record.window) {
            window = record.window;
            number = window.first_line;
          } else {
            const entry = entryOf(record);
            if (entry?.kind === "line") entry.number = number++;
            if (entry) entries.push(entry);
          }
        }
        return false;
      },
    });
    if (!window) throw new Error("The answer did not say what part of the log it is.");
    return { window, entries };
  }
}
