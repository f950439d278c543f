// What was found in all that is kept of a log: a list below the lines, newest first. A click or Enter shows the place.

import { LogBuffer } from "./buffer.js";
import { entryOf } from "./entries.js";
import { progressOf, queryOf, searchHistory } from "./history-search.js";
import { Rule } from "./rule.js";
import { LogView } from "./view.js";
import { plain } from "./ansi.js";
import { number } from "./words.js";

export class Results {
  constructor(viewer) {
    this.viewer = viewer;
    this.buffer = new LogBuffer(Infinity);
    this.chosen = { current: undefined };
    const { parts } = viewer;
    // Its own rule and looks; all else as the log has it.
    this.settings = Object.assign(Object.create(viewer.settings), { wrap: false, fields: false, fold: false, numbers: true, reader: false, numberOffset: null, rule: new Rule() });
    this.view = new LogView(parts.resultsLines, this.buffer, this.settings, { chosen: this.chosen });
    this.view.following = false;
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    parts.resultsStop.addEventListener("click", () => this.abort?.abort(), { signal });
    parts.resultsClose.addEventListener("click", () => this.close(), { signal });
    parts.resultsLines.addEventListener("click", event => this.open(this.view.entryAt(event.target)), { signal });
    parts.resultsLines.addEventListener("keydown", event => this.key(event), { signal });
  }

  dispose() {
    this.abort?.abort();
    this.listeners.abort();
    this.view.dispose();
  }

  async start() {
    const { viewer, view, buffer } = this;
    const { parts } = viewer;
    const text = parts.filter.value;
    if (!text && !viewer.settings.level) {
      viewer.say("Write what to look for first.", true);
      parts.filter.focus();
      return;
    }
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    buffer.clear();
    try {
      this.settings.rule = new Rule({ text, regex: viewer.settings.regex, find: !viewer.settings.inverse, inverse: viewer.settings.inverse }, plain);
    } catch {
      // The foot says what is wrong with the expression.
      return;
    }
    buffer.refresh({ rule: new Rule() });
    this.chosen.current = undefined;
    parts.results.hidden = false;
    parts.resultsStop.hidden = false;
    this.progress({ share: null, words: "Searching" });
    view.toStart();
    view.restyle();
    let seen = { matches: 0, lines: 0, total: 0 };
    try {
      const done = await searchHistory({
        address: viewer.sources[0].address,
        query: queryOf({ ...viewer.settings, text }),
        signal: abort.signal,
        onMatches: matches => {
          for (const match of matches) buffer.push({ ...entryOf(match), number: match.line });
          view.invalidate();
        },
        onProgress: progress => {
          seen = progress;
          this.progress(progressOf(progress, number));
        },
      });
      const newest = done.limited ? `; the newest ${number(buffer.size)} are listed` : "";
      this.progress({ share: 1, words: `${number(done.matches)} of ${number(done.lines)} lines${newest}` });
    } catch (why) {
      if (this.abort !== abort) return;
      const words = abort.signal.aborted ? `Stopped: ${number(buffer.size)} found so far` : `The search did not end. ${why.message}`;
      this.progress({ share: seen.total ? seen.lines / seen.total : 0, words });
    }
    parts.resultsStop.hidden = true;
    if (buffer.size > 0 && parts.results.contains(document.activeElement)) parts.resultsLines.focus();
  }

  progress({ share, words }) {
    const { resultsProgress: bar, resultsWords } = this.viewer.parts;
    if (share === null) bar.removeAttribute("value");
    else bar.value = share;
    if (resultsWords.textContent !== words) resultsWords.textContent = words;
  }

  close() {
    this.abort?.abort();
    this.viewer.parts.results.hidden = true;
    this.buffer.clear();
    this.viewer.parts.lines.focus();
  }

  open(entry) {
    if (!entry) return;
    this.chosen.current = entry.seq;
    this.view.invalidate();
    this.viewer.places.open({ cursor: entry.cursor }, entry.cursor);
  }

  key(event) {
    const { buffer, chosen } = this;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter") this.open(buffer.get(chosen.current));
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = chosen.current === undefined ? 0 : chosen.current + step;
      chosen.current = Math.max(buffer.first, Math.min(buffer.next - 1, next));
      this.view.reveal(chosen.current, true);
      const entry = buffer.get(chosen.current);
      if (entry) this.viewer.say(`Line ${number(entry.number)}: ${plain(entry.text.slice(0, 300))}`);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
