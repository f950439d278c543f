// Whole lines that are chosen, by their sequence numbers, and their text. Pure.

import { plain } from "./ansi.js";
import { gapWords, markName } from "./words.js";

export class Selection {
  constructor() {
    this.clear();
  }

  clear() {
    this.anchor = undefined;
    this.end = undefined;
  }

  get empty() {
    return this.anchor === undefined;
  }

  /** Chooses one line, or with `extend` all from the first chosen one to this. */
  take(seq, extend) {
    if (!extend || this.empty) this.anchor = seq;
    this.end = seq;
  }

  has(seq) {
    return !this.empty && seq >= Math.min(this.anchor, this.end) && seq <= Math.max(this.anchor, this.end);
  }

  /** The chosen entries that the buffer shows, with all lines of a folded trace. */
  *entries(buffer) {
    if (this.empty) return;
    const to = Math.max(this.anchor, this.end);
    for (let index = buffer.indexOf(Math.min(this.anchor, this.end)); index < buffer.count; index++) {
      const entry = buffer.at(index);
      if (entry.seq > to) return;
      yield entry;
      if (entry.group?.folded && entry.group.entries[0] === entry) yield* entry.group.entries.slice(1);
    }
  }
}

/** Entries as text, one a line: what is missing between them is said, too. */
export function textOf(entries, { time = false, names = null } = {}) {
  let text = "";
  for (const entry of entries) {
    const from = names ? `${names[entry.source]} ` : "";
    if (entry.kind === "line") text += `${time && entry.time ? `${entry.time} ` : ""}${from}${plain(entry.text)}\n`;
    else if (entry.kind === "gap") text += `--- ${from}${gapWords(entry.gap, "utc")} ---\n`;
    else text += `--- ${from}${markName(entry.event.type)}: ${plain(entry.event.words)} ---\n`;
  }
  return text;
}
