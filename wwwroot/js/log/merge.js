// Puts the lines of several logs in the order of their times. Pure but for the clock.

/**
 * Lines wait a moment for slower logs. One that comes later than that is put last, and counted: its place is gone.
 * Times are ISO texts of one engine or several; they are compared to the nanosecond.
 */
export class Merge {
  constructor(sources, { settle = 400, patience = 3000, now = () => performance.now() } = {}) {
    this.settle = settle;
    this.patience = patience;
    this.now = now;
    this.begun = now();
    this.waiting = new Set(Array.from({ length: sources }, (_, i) => i));
    this.held = [];
    this.last = "";
    this.late = 0;
  }

  /** A log has sent its past, or will send nothing: nobody waits for it any more. */
  ready(source) {
    this.waiting.delete(source);
  }

  add(entries) {
    const at = this.now();
    for (const entry of entries) this.held.push({ entry, at, time: timeOf(entry) });
  }

  get size() {
    return this.held.length;
  }

  /** The entries whose turn it is, in order. */
  take() {
    const now = this.now();
    if (this.held.length === 0 || (this.waiting.size > 0 && now - this.begun < this.patience)) return [];
    // What has no time of its own keeps its place after what came before it.
    let before = this.last;
    for (const held of this.held) before = held.time ??= before;
    const until = this.held.reduce((latest, held) => (now - held.at >= this.settle && held.time > latest ? held.time : latest), "");
    const out = this.held.filter(held => held.time <= until || now - held.at >= this.settle);
    if (out.length === 0) return [];
    this.held = this.held.filter(held => !(held.time <= until || now - held.at >= this.settle));
    out.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    for (const { entry, time } of out) {
      if (time < this.last) {
        this.late++;
        entry.late = true;
      } else this.last = time;
    }
    return out.map(held => held.entry);
  }
}

// "…04.5Z" and "…04.45Z" compare as texts once the Z is gone.
function timeOf(entry) {
  const time = entry.kind === "line" ? entry.time : entry.kind === "event" ? entry.event.time : (entry.gap.to ?? entry.gap.from);
  return time ? time.replace(/(?:Z|[+]00:00)$/, "") : null;
}
