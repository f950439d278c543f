// Reader mode: the log as a list that a screen reader can walk, and one polite summary of what comes in.

import { plain } from "./ansi.js";
import { levelOf } from "./level.js";
import { newWords } from "./words.js";

const pause = 5000;
const longestSaid = 200;

export class Reader {
  constructor(viewer) {
    this.viewer = viewer;
    this.reset();
  }

  reset() {
    this.lines = 0;
    this.errors = 0;
    this.newest = null;
  }

  /** Makes the lines a list, or the picture of a terminal that they are for people who see. */
  apply(changed = false) {
    const { viewer } = this;
    const { lines } = viewer.parts;
    const { reader } = viewer.settings;
    clearInterval(this.timer);
    this.reset();
    viewer.root.classList.toggle("log-reads", reader);
    lines.setAttribute("role", reader ? "listbox" : "log");
    for (const [name, value] of [["aria-multiselectable", "true"], ["aria-describedby", viewer.parts.said.id]]) reader ? lines.setAttribute(name, value) : lines.removeAttribute(name);
    if (reader) {
      lines.removeAttribute("aria-live");
      this.timer = setInterval(() => this.sum(), pause);
      viewer.listeners.signal.addEventListener("abort", () => clearInterval(this.timer), { once: true });
    } else {
      lines.setAttribute("aria-live", "off");
      lines.removeAttribute("aria-activedescendant");
    }
    viewer.view.restyle();
    if (changed) viewer.say(reader ? "Reader mode. Arrow keys walk the lines. New lines are summed up every five seconds." : "Reader mode is off.");
    if (changed && reader) lines.focus();
  }

  count(entries) {
    if (!this.viewer.settings.reader) return;
    for (const entry of entries) {
      if (entry.kind !== "line") continue;
      this.lines++;
      const text = plain(entry.text.slice(0, 1000));
      if (levelOf(text) !== "error") continue;
      this.errors++;
      this.newest = text;
    }
  }

  sum() {
    if (this.lines === 0) return;
    const error = this.newest ? ` ${this.newest.slice(0, longestSaid)}` : "";
    this.viewer.say(`${newWords(this.lines, this.errors)}.${error}`);
    this.reset();
  }

  /** The line that is walked on is the list's active one: that is what is read. */
  at(entry) {
    const { settings, view, parts } = this.viewer;
    if (!settings.reader) return;
    view.draw();
    parts.lines.setAttribute("aria-activedescendant", `${parts.lines.id}-${entry.seq}`);
  }
}

/** What is read of a line: what it says first, its time last. */
export function spoken(entry, level, time) {
  return [level, plain(entry.text.slice(0, 2000)), entry.stream === "err" ? "standard error" : "", time].filter(Boolean).join(", ");
}
