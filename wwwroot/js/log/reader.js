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

/**
 * Makes a row an option that is read by what it shows. A line's text is read first, its time after it; where they stand is a matter of style. Without spaces
 * between them the parts would be one word.
 */
export function readable(row, id) {
  row.id = id;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  const line = row.querySelector(".log-line") ?? row;
  const text = line.querySelector(":scope > .log-text");
  const rest = [...line.children].filter(part => part !== text);
  if (text) line.prepend(...levelSaid(row), text);
  for (const part of rest) part.before(" ");
}

function levelSaid(row) {
  const level = ["error", "warning"].find(name => row.classList.contains(`log-${name}`));
  if (!level) return [];
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.textContent = `${level}: `;
  return [said];
}
