// The line that is walked on with the keys, and the ways to the next one: a line, a hit, an error, a mark.

import { plain } from "./ansi.js";
import { levelOf } from "./level.js";
import { parsed } from "./rows.js";

export class Walker {
  constructor(viewer) {
    this.viewer = viewer;
  }

  /** The line that is walked on, seen and said. */
  to(entry, { extend = false, near = true } = {}) {
    if (!entry) return;
    if (this.viewer.view.following) this.viewer.setFollowing(false);
    if (extend) {
      if (this.viewer.chosen.selection.empty && this.viewer.chosen.current !== undefined) this.viewer.chosen.selection.take(this.viewer.chosen.current);
      this.viewer.chosen.selection.take(entry.seq, true);
    }
    this.viewer.chosen.current = entry.seq;
    this.viewer.view.reveal(entry.seq, near);
    this.viewer.reader.at(entry);
  }

  get current() {
    const { current } = this.viewer.chosen;
    return current !== undefined && this.viewer.buffer.isShown(current) ? this.viewer.buffer.get(current) : undefined;
  }

  /** Walks so many shown lines on. The first step takes the line at the edge of the screen. */
  step(lines, extend) {
    const { current } = this;
    const { buffer, view } = this.viewer;
    if (buffer.count === 0) return;
    if (!current) this.to(lines < 0 ? view.onScreen.at(-1) : view.onScreen[0], { extend });
    else {
      const index = buffer.indexOf(current.seq) + lines;
      if (index < 0) this.viewer.places.atEdge(-1);
      else if (index >= buffer.count) this.viewer.places.atEdge(1);
      this.to(buffer.at(Math.max(0, Math.min(buffer.count - 1, index))), { extend });
    }
  }

  /** Goes to the next (1) or previous (-1) line that was found. */
  hit(step) {
    const { buffer, settings, view } = this.viewer;
    if (!settings.rule.seeks) return;
    const from = this.current?.seq ?? (step > 0 ? (view.onScreen[0]?.seq ?? 0) - 1 : (view.onScreen.at(-1)?.seq ?? 0) + 1);
    let seq = buffer.hitFrom(from, step);
    // A line may have the text and still be hidden by the levels or the fields.
    for (let tries = buffer.hits; seq !== undefined && tries > 0 && !settings.rule.shows(buffer.get(seq)); tries--) seq = buffer.hitFrom(seq, step);
    if (seq === undefined) return;
    this.unfold(buffer.get(seq));
    this.to(buffer.get(seq), { near: false });
    this.viewer.paint();
  }

  /** Goes to the next or previous line for which something holds. */
  seek(step, wanted, words) {
    const from = this.current?.seq ?? (step > 0 ? (this.viewer.view.onScreen[0]?.seq ?? 0) - 1 : (this.viewer.view.onScreen.at(-1)?.seq ?? 0) + 1);
    const found = this.viewer.buffer.seek(from, step, wanted);
    if (found) this.to(found, { near: false });
    else this.viewer.say(words, true);
  }

  error(step) {
    this.seek(step, entry => entry.kind === "line" && levelOf(plain(entry.text.slice(0, 1000))) === "error", `There is no ${step > 0 ? "later" : "earlier"} error on this page.`);
  }

  mark(step) {
    this.seek(step, entry => entry.kind !== "line", `There is no ${step > 0 ? "later" : "earlier"} mark on this page.`);
  }

  unfold(entry) {
    if (!this.viewer.buffer.hides(entry)) return;
    entry.group.open = true;
    this.viewer.buffer.reshow(entry.group.entries[0].seq);
    this.viewer.view.restyle();
  }

  /** Opens or closes the fields of a line, or the trace under it. */
  toggle(entry) {
    if (entry?.kind !== "line") return;
    const head = entry.group?.trace ? entry.group.entries[0] : entry;
    if (this.viewer.view.following) this.viewer.setFollowing(false);
    if (parsed(entry)) entry.open = !entry.open;
    else if (entry.group?.trace) {
      entry.group.open = this.viewer.buffer.folds(entry.group);
      this.viewer.chosen.current = head.seq;
    } else return;
    this.viewer.buffer.reshow(head.seq);
    this.viewer.view.restyle();
  }
}
