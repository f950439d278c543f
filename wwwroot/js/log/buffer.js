// The lines that the page keeps: bounded, oldest out first, with the list of those that the filter shows. Pure.

export const lineHeight = 20;
export const markHeight = 32;

/**
 * Entries are { kind: "line" | "gap" | "event", … }. Each gets `seq`. The shown ones are kept in order with their heights,
 * so that a place on the screen is found by bisection.
 */
export class LogBuffer {
  constructor(limit = 100_000) {
    this.limit = limit;
    this.entries = [];
    this.head = 0;
    this.next = 0;
    this.dropped = 0;
    this.shows = () => true;
    this.rowsOf = () => 1;
    this.clearShown();
  }

  get size() {
    return this.entries.length - this.head;
  }

  /** The sequence number of the oldest entry. */
  get first() {
    return this.next - this.size;
  }

  get(seq) {
    return seq >= this.first && seq < this.next ? this.entries[this.head + seq - this.first] : undefined;
  }

  /** The newest entries, oldest first, at most so many. */
  newest(count) {
    return this.entries.slice(Math.max(this.head, this.entries.length - count));
  }

  push(entry) {
    entry.seq = this.next++;
    this.entries.push(entry);
    if (this.shows(entry)) this.show(entry);
    if (this.size > this.limit) this.dropOldest();
    return entry;
  }

  /** How many entries are shown, and how high they are together. */
  get count() {
    return this.shown.length - this.shownHead;
  }

  get height() {
    return this.end - this.base;
  }

  /** The shown entry at a place, and its top relative to the first shown. */
  at(index) {
    return this.get(this.shown[this.shownHead + index]);
  }

  top(index) {
    return (index < this.count ? this.tops[this.shownHead + index] : this.end) - this.base;
  }

  /** The index of the shown entry which covers this height. */
  indexAt(y) {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.top(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The index of the first shown entry with this sequence number or a later one. */
  indexOf(seq) {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.shown[this.shownHead + middle] < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Shows by another rule, or with other heights: goes through all that is kept. */
  refresh(shows = this.shows, rowsOf = this.rowsOf) {
    this.shows = shows;
    this.rowsOf = rowsOf;
    this.clearShown();
    for (let i = this.head; i < this.entries.length; i++) if (shows(this.entries[i])) this.show(this.entries[i]);
  }

  clear() {
    this.entries = [];
    this.head = 0;
    this.clearShown();
  }

  clearShown() {
    this.shown = [];
    this.tops = [];
    this.shownHead = 0;
    this.base = 0;
    this.end = 0;
  }

  show(entry) {
    this.shown.push(entry.seq);
    this.tops.push(this.end);
    this.end += entry.kind === "line" ? lineHeight * this.rowsOf(entry) : markHeight;
  }

  dropOldest() {
    const oldest = this.entries[this.head];
    this.entries[this.head++] = undefined;
    if (oldest.kind === "line") this.dropped++;
    if (this.shown[this.shownHead] === oldest.seq) {
      this.shownHead++;
      this.base = this.shownHead < this.tops.length ? this.tops[this.shownHead] : this.end;
    }
    if (this.head >= this.limit) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
    if (this.shownHead >= this.limit) {
      this.shown = this.shown.slice(this.shownHead);
      this.tops = this.tops.slice(this.shownHead);
      this.shownHead = 0;
    }
  }
}

/** Which entries a filter shows. Gaps are always shown: nothing is joined silently. */
export function filterOf({ text = "", regex = false, out = true, err = true } = {}, plain = t => t) {
  const matches = matcherOf(text, regex);
  return entry => {
    if (entry.kind === "gap") return true;
    if (entry.kind === "event") return !matches;
    if (entry.stream === "err" ? !err : !out) return false;
    return !matches || matches(plain(entry.text));
  };
}

/** Throws a SyntaxError when the expression is not one. */
export function patternOf(text, regex) {
  return text === "" ? null : new RegExp(regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
}

function matcherOf(text, regex) {
  const pattern = patternOf(text, regex);
  return (
    pattern &&
    (candidate => {
      pattern.lastIndex = 0;
      return pattern.test(candidate);
    })
  );
}

/** The places of the hits in a text: [[start, end], …], at most `limit`. */
export function hitsOf(text, pattern, limit = 200) {
  const hits = [];
  if (!pattern) return hits;
  for (const match of text.matchAll(pattern)) {
    if (match[0].length > 0) hits.push([match.index, match.index + match[0].length]);
    if (hits.length === limit) break;
  }
  return hits;
}
