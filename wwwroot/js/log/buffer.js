// The lines that the page keeps: bounded, oldest out first, with the list of those that the rule shows and finds. Pure.

import { Numbers } from "./numbers.js";
import { Rule } from "./rule.js";
import { Traces } from "./traces.js";

export const lineHeight = 20;
export const markHeight = 32;

/**
 * Entries are { kind: "line" | "gap" | "event", … }. Each gets `seq`. The shown ones are kept in order with their heights,
 * so that a place on the screen is found by bisection; so are the found ones.
 */
export class LogBuffer {
  constructor(limit = 100_000) {
    this.limit = limit;
    this.next = 0;
    this.dropped = 0;
    this.rule = new Rule();
    this.fold = false;
    this.heightOf = entry => (entry.kind === "line" ? lineHeight : markHeight);
    // The sequence numbers of the shown and of the found, and where the shown begin.
    this.shown = new Numbers();
    this.tops = new Numbers();
    this.found = new Numbers();
    this.clear();
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

  /** The oldest entry for which something holds; undefined when there is none. */
  find(wanted) {
    for (const entry of this.all()) if (wanted(entry)) return entry;
    return undefined;
  }

  /** How many entries are from later than a time (ISO). */
  countSince(time) {
    let low = this.first;
    for (let high = this.next; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.timeAt(middle) > time) high = middle;
      else low = middle + 1;
    }
    return this.next - low;
  }

  /** The time of a line; a mark is as old as the line before it. */
  timeAt(seq) {
    while (seq >= this.first && !(this.get(seq).kind === "line" && this.get(seq).time)) seq--;
    return this.get(seq)?.time ?? "";
  }

  /** All entries, oldest first. */
  *all() {
    for (let i = this.head; i < this.entries.length; i++) yield this.entries[i];
  }

  push(entry) {
    entry.seq = this.next++;
    this.entries.push(entry);
    this.lists(entry);
    if (this.size > this.limit) this.dropOldest();
    return entry;
  }

  // Puts an entry into the lists of the shown and the found.
  lists(entry) {
    const group = entry.kind === "line" ? this.traces.place(entry) : null;
    if (!group) {
      if (this.rule.finds(entry)) this.found.push(entry.seq);
      if (this.rule.shows(entry)) this.show(entry);
      return;
    }
    if (this.rule.finds(entry)) this.found.push(entry.seq);
    // A later line may turn the whole trace around, or make a trace of lines that were only indented.
    const before = group.entries.length === 2 ? this.isShown(group.entries[0].seq) : group.shown;
    group.shown = this.rule.shows(entry);
    if (group.shown !== before || this.folds(group) !== group.folded) this.reshow(group.entries[0].seq);
    else if (group.shown && !group.folded) this.show(entry);
  }

  /** Whether the lines of a trace after its first one are put away. */
  folds(group) {
    return group.trace && !(group.open ?? !this.fold);
  }

  hides(entry) {
    return Boolean(entry.group) && entry.group.entries[0] !== entry && this.folds(entry.group);
  }

  /** How many entries are shown, and how high they are together. */
  get count() {
    return this.shown.length;
  }

  get height() {
    return this.end - this.base;
  }

  /** The shown entry at a place, and its top relative to the first shown. */
  at(index) {
    return this.get(this.shown.at(index));
  }

  top(index) {
    return (index < this.count ? this.tops.at(index) : this.end) - this.base;
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
    return this.shown.indexOf(seq);
  }

  isShown(seq) {
    const index = this.indexOf(seq);
    return index < this.count && this.shown.at(index) === seq;
  }

  /** How many lines are found. */
  get hits() {
    return this.found.length;
  }

  /** The number of a found line, counted from 1; 0 when it is not one. */
  hitNumber(seq) {
    if (seq === undefined) return 0;
    const index = this.found.indexOf(seq);
    return this.finds(index, seq) ? index + 1 : 0;
  }

  /** The found line after (step 1) or before (step -1) a sequence number, around the end; undefined when there is none. */
  hitFrom(seq, step) {
    if (this.hits === 0) return undefined;
    const index = this.found.indexOf(seq);
    const to = step > 0 ? (this.finds(index, seq) ? index + 1 : index) : index - 1;
    return this.found.at(to >= this.hits ? 0 : to < 0 ? this.hits - 1 : to);
  }

  finds(index, seq) {
    return index < this.hits && this.found.at(index) === seq;
  }

  /** The next shown entry in a direction for which `wanted` holds; undefined when there is none. */
  seek(seq, step, wanted) {
    let index = this.indexOf(seq);
    if (step > 0 && !this.isShown(seq)) index--;
    for (index += step; index >= 0 && index < this.count; index += step) if (wanted(this.at(index))) return this.at(index);
    return undefined;
  }

  /** Shows by another rule, or with other heights: goes through all that is kept. */
  refresh({ rule = this.rule, fold = this.fold } = {}) {
    this.rule = rule;
    this.fold = fold;
    this.clearLists();
    for (const entry of this.all()) {
      if (rule.finds(entry)) this.found.push(entry.seq);
      this.relist(entry);
    }
  }

  /** The heights or the folds of what is shown from here on are different. */
  reshow(seq) {
    const index = this.indexOf(seq);
    if (index < this.count) this.end = this.tops.at(index);
    this.shown.cut(index);
    this.tops.cut(index);
    if (index === 0) this.base = this.end;
    for (let next = Math.max(seq, this.first); next < this.next; next++) this.relist(this.get(next));
  }

  relist(entry) {
    const shows = this.rule.shows(entry);
    if (entry.group) Object.assign(entry.group, { shown: shows, folded: this.folds(entry.group) });
    if (shows && !this.hides(entry)) this.show(entry);
  }

  /** Puts older entries before what is kept. */
  prepend(entries) {
    const first = this.first;
    const traces = new Traces();
    entries.forEach((entry, i) => {
      entry.seq = first - entries.length + i;
      if (entry.kind === "line") traces.place(entry);
    });
    this.entries = [...entries, ...this.entries.slice(this.head)];
    this.head = 0;
    this.refresh();
  }

  /** Lets the oldest (count > 0) or the newest (count < 0) entries go. */
  trim(count) {
    if (count > 0) this.entries = this.entries.slice(this.head + count);
    else {
      this.entries = this.entries.slice(this.head, count);
      this.next += count;
      this.traces = new Traces();
    }
    this.head = 0;
    this.refresh();
  }

  clear() {
    this.entries = [];
    this.head = 0;
    this.traces = new Traces();
    this.clearLists();
  }

  clearLists() {
    this.shown.clear();
    this.tops.clear();
    this.found.clear();
    this.base = 0;
    this.end = 0;
  }

  show(entry) {
    this.shown.push(entry.seq);
    this.tops.push(this.end);
    this.end += this.heightOf(entry);
  }

  dropOldest() {
    const oldest = this.entries[this.head];
    this.entries[this.head++] = undefined;
    if (oldest.kind === "line") this.dropped++;
    if (this.count > 0 && this.shown.at(0) === oldest.seq) {
      this.shown.shift();
      this.tops.shift();
      this.base = this.count > 0 ? this.tops.at(0) : this.end;
    }
    if (this.finds(0, oldest.seq)) this.found.shift();
    if (this.head >= this.limit) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
  }
}
