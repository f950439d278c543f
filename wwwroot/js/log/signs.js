// What the log says of itself: its foot, its counts, its buttons, and the words for those who listen.

import { element } from "./rows.js";
import { footWords, number, rateOf, stateWords } from "./words.js";

const timeNames = { local: "Local time", utc: "UTC", relative: "Time ago", delta: "Since the line before", off: "No time" };
const levelNames = { "": "All levels", warning: "Warnings, errors", error: "Errors only" };
const searchPause = 600;

export class Signs {
  constructor(viewer) {
    this.viewer = viewer;
  }

  dispose() {
    clearTimeout(this.saying);
    clearTimeout(this.sayingLater);
  }

  /** Says something to those who listen, and with `shown` for a moment to those who look. */
  say(words, shown = false) {
    write(this.viewer.parts.said, words);
    if (!shown) return;
    this.notice = words;
    this.paint();
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      this.notice = null;
      this.paint();
    }, 6000);
  }

  sayLater(words) {
    clearTimeout(this.sayingLater);
    this.sayingLater = setTimeout(() => {
      const said = words();
      if (said) this.say(said);
    }, searchPause);
  }

  chosenWords() {
    const { selection } = this.viewer.chosen;
    if (selection.empty || selection.anchor === selection.end) return "";
    const [from, to] = [selection.anchor, selection.end].sort((a, b) => a - b).map(seq => this.viewer.buffer.indexOf(seq));
    return `${number(to - from + 1)} lines chosen, Ctrl C copies them`;
  }

  countWords() {
    const { buffer, settings } = this.viewer;
    const { rule } = settings;
    const here = rule.seeks ? buffer.hitNumber(this.viewer.chosen.current) : 0;
    if (here) return `${number(here)} of ${number(buffer.hits)}`;
    if (rule.seeks && !rule.narrow) return `${number(buffer.hits)} found`;
    return rule.narrow ? `${number(buffer.count)} of ${number(buffer.size)}` : "";
  }

  paint() {
    const { viewer } = this;
    const { parts, settings, view } = viewer;
    const rate = performance.now() - viewer.arrivedAt < 2000 ? rateOf(viewer.live) : 0;
    const gaps = viewer.sources.reduce((sum, source) => sum + source.gaps, 0);
    const state = viewer.several ? this.stateOfAll() : viewer.sources[0].state;
    const place = viewer.places.past?.place;
    const foot = footWords({ state, since: this.sinceNow(), gaps, source: viewer.console, rate, dropped: viewer.live.dropped, paused: !view.following, place }, settings.time);
    const notes = [viewer.wrong && `not an expression: ${viewer.wrong}`, this.notice ?? this.chosenWords(), viewer.merge?.late && `${number(viewer.merge.late)} came late`];
    write(parts.state, [foot, ...notes.filter(Boolean)].join(" \u00b7 "));
    write(parts.count, this.countWords());
    for (const part of viewer.all.timeName) write(part, timeNames[settings.time]);
    for (const part of viewer.all.levelName) write(part, levelNames[settings.level]);
    viewer.root.dataset.state = state.name;
    const pressed = { level: settings.level !== "" };
    for (const name of ["regex", "out", "err", "wrap", "find", "inverse", "fields", "fold", "numbers", "reader"]) pressed[name] = settings[name];
    for (const [name, value] of Object.entries(pressed)) for (const part of viewer.all[name] ?? []) press(part, value);
    for (const name of ["next", "previous"]) for (const part of viewer.all[name]) part.setAttribute("aria-disabled", String(!settings.rule.seeks || viewer.buffer.hits === 0));
    parts.filter.placeholder = settings.find ? "Find in the lines" : settings.inverse ? "Hide lines with" : "Filter lines";
    parts.filter.setAttribute("aria-invalid", String(Boolean(viewer.wrong)));
    viewer.root.classList.toggle("log-in-past", Boolean(viewer.places.past));
    this.paintSources();
    parts.empty.hidden = viewer.buffer.count > 0;
    write(parts.empty, viewer.buffer.size > 0 ? "No line matches." : state.name === "connecting" ? "" : state.name === "refused" ? stateWords(state) : "Nothing was written yet.");
    this.paintFollowing();
  }

  stateOfAll() {
    const count = name => this.viewer.sources.filter(source => source.state.name === name).length;
    if (count("live") === this.viewer.sources.length) return { name: "live" };
    if (count("connecting") === this.viewer.sources.length) return { name: "connecting" };
    return { name: "partly", words: `${count("live")} of ${this.viewer.sources.length} live` };
  }

  // Each of several logs says its own state.
  paintSources() {
    const { sources } = this.viewer.parts;
    if (!sources) return;
    if (sources.childElementCount === 0) sources.append(...this.viewer.sources.map((source, i) => {
      const chip = element("span", "log-source-state");
      chip.append(element("bdi", `log-source log-source-${i % 8}`, source.name), element("span", "log-source-words"));
      return chip;
    }));
    this.viewer.sources.forEach((source, i) => {
      const chip = sources.children[i];
      chip.dataset.state = source.state.name;
      write(chip.lastChild, `${stateWords(source.state)}${source.gaps ? `, ${number(source.gaps)} ${source.gaps === 1 ? "gap" : "gaps"}` : ""}`);
    });
  }

  paintFollowing() {
    const { parts, view } = this.viewer;
    press(parts.follow, view.following);
    press(parts.pause, !view.following);
    this.viewer.root.classList.toggle("log-paused", !view.following);
    write(parts.followName, view.following ? "Following" : this.viewer.unseen ? `${number(this.viewer.unseen)} new` : "Follow");
  }

  sinceNow() {
    if (!this.viewer.live.dropped) return this.viewer.since;
    return this.viewer.live.find(entry => entry.kind === "line")?.time ?? this.viewer.since;
  }
}

export function write(part, text) {
  if (part && part.textContent !== text) part.textContent = text;
}

function press(part, pressed) {
  part?.setAttribute("aria-pressed", String(pressed));
}
