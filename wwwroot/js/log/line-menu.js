// What can be done with a line: its menu, and copying.

import { open as openMenu } from "../menu.js";
import { lineHeight } from "./buffer.js";
import { clipboard } from "./clipboard.js";
import { textOf } from "./selection.js";
import { write } from "./signs.js";
import { parsed } from "./rows.js";
import { number } from "./words.js";

export class LineMenu {
  constructor(viewer) {
    this.viewer = viewer;
  }

  hover(target) {
    const entry = target && this.viewer.view.entryAt(target);
    this.hovered = entry?.kind === "line" ? entry.seq : undefined;
    this.place();
  }

  place() {
    const { lineMenu, lines, menu } = this.viewer.parts;
    if (menu.matches(":popover-open")) return;
    const seq = this.hovered ?? (this.viewer.view.following ? undefined : this.viewer.chosen.current);
    const row = seq === undefined ? null : this.viewer.view.rowOf(seq);
    const top = row ? row.getBoundingClientRect().top - lines.getBoundingClientRect().top : -1;
    const seen = Boolean(row?.classList.contains("log-row")) && top >= 0 && top <= lines.clientHeight - lineHeight;
    if (lineMenu.hidden === seen) lineMenu.hidden = !seen;
    if (!seen) return;
    lineMenu.seq = seq;
    lineMenu.style.top = `${lines.offsetTop + top}px`;
  }

  open(anchor) {
    const entry = this.viewer.buffer.get(anchor.seq ?? this.viewer.chosen.current);
    if (entry?.kind !== "line") return;
    this.viewer.chosen.current = entry.seq;
    if (this.viewer.view.following) this.viewer.setFollowing(false);
    const { menu } = this.viewer.parts;
    const short = parsed(entry);
    const item = menu.querySelector("[data-line=open]");
    item.hidden = !short && !entry.group?.trace;
    write(this.viewer.parts.openName, short ? (entry.open ? "Hide its fields" : "Show its fields") : this.viewer.buffer.folds(entry.group ?? {}) ? "Show the trace" : "Fold the trace");
    const link = menu.querySelector("[data-line=link]");
    if (link) link.hidden = !entry.cursor;
    const alert = menu.querySelector("[data-line=alert]");
    if (alert) {
      alert.hidden = !entry.cursor;
      const address = new URL(alert.href);
      address.searchParams.set("like", entry.cursor);
      alert.href = address.pathname + address.search;
    }
    openMenu(menu, anchor);
  }

  act(action) {
    const entry = this.viewer.walker.current;
    if (!entry || !action || action === "alert") return; // a link, which the page follows
    ({
      copy: () => this.copy([entry], false),
      copyTime: () => this.copy([entry], true),
      link: () => this.link(entry),
      open: () => this.viewer.walker.toggle(entry),
    })[action]();
  }

  /** The chosen lines, or else the line that is walked on. */
  copyChosen(time) {
    const { selection } = this.viewer.chosen;
    const entries = selection.empty ? [this.viewer.walker.current].filter(Boolean) : [...selection.entries(this.viewer.buffer)];
    if (entries.length === 0) {
      this.viewer.say("No line is chosen. Choose one with the arrow keys, or click on its time.", true);
      return;
    }
    this.copy(entries, time);
  }

  copy(entries, time) {
    const whole = entries.length === 1 && entries[0].group?.folded && entries[0].group.entries[0] === entries[0] ? entries[0].group.entries : entries;
    const names = this.viewer.several ? this.viewer.sources.map(source => source.name) : null;
    this.copied(textOf(whole, { time, names }), whole.length === 1 ? "the line" : `${number(whole.length)} lines`);
  }

  link(entry) {
    const address = new URL(location.pathname, location.origin);
    address.search = new URLSearchParams({ tab: "log", line: entry.cursor });
    this.copied(address.href, "a link to the line");
  }

  async copied(text, what) {
    try {
      await clipboard(text);
      this.viewer.say(`Copied ${what}.`, true);
    } catch (why) {
      this.viewer.say(`Not copied: the browser did not allow it. ${why.message}`, true);
    }
  }
}
