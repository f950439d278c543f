// The log of an instance, or of several. Blazor draws the frame (LogViewer.razor); all within it that changes is changed here.

import { open as openMenu } from "./menu.js";
import { plain } from "./log/ansi.js";
import { LogBuffer, lineHeight } from "./log/buffer.js";
import { clipboard } from "./log/clipboard.js";
import { DownloadForm, saveSeveral } from "./log/download.js";
import { entryOf } from "./log/entries.js";
import { filterWords } from "./log/fields.js";
import { LogKeys } from "./log/keys.js";
import { levelOf } from "./log/level.js";
import { Merge } from "./log/merge.js";
import { Past } from "./log/past.js";
import { Reader } from "./log/reader.js";
import { Results } from "./log/results.js";
import { Rule } from "./log/rule.js";
import { Selection, textOf } from "./log/selection.js";
import { keeper, known, times } from "./log/settings.js";
import { follow } from "./log/stream.js";
import { LogView, element, parsed } from "./log/view.js";
import { footWords, number, rateOf, stateWords } from "./log/words.js";

const timeNames = { local: "Local time", utc: "UTC", relative: "Time ago", delta: "Since the line before", off: "No time" };
const levels = ["", "warning", "error"];
const levelNames = { "": "All levels", warning: "Warnings, errors", error: "Errors only" };
const historyLines = 10_000;
const phone = "(max-width: 599.98px)";
const searchPause = 600;

/**
 * Takes over a frame and follows its logs until `dispose` of what it returns is called.
 * @param sources [{ address, name }]. @param preferences what was kept of the person's choices; `token` lets them be kept again.
 * @param now the server's time (ISO): lines from later on are new. @param history whether the server answers for the past, too.
 * @returns null when the frame is not there any more: the page went on while this module was loading.
 */
export function mount(root, options) {
  return root ? new LogViewer(root, options) : null;
}

class LogViewer {
  constructor(root, { sources, preferences, token, now, history }) {
    this.root = root;
    this.history = history;
    this.sources = sources.map(source => ({ ...source, state: { name: "connecting" }, gaps: 0 }));
    this.several = sources.length > 1;
    this.narrow = matchMedia(phone);
    const defaults = { time: "local", wrap: this.narrow.matches, out: true, err: true, regex: false, find: false, numbers: false, fields: false, fold: false, reader: false };
    this.settings = { ...defaults, ...known(preferences), short: this.narrow.matches, inverse: false, level: "", filters: [], rule: new Rule(), numberOffset: entry => this.numberOffset(entry) };
    this.keep = keeper("preferences/log", token, { onFailure: words => this.say(words, true) });
    this.live = new LogBuffer();
    this.past = null;
    this.offset = null;
    this.counted = 0;
    this.unseen = 0;
    this.openedAt = now;
    this.arrivedAt = -Infinity;
    this.since = null;
    this.parts = {};
    this.all = {};
    for (const part of root.querySelectorAll("[data-log]")) {
      this.parts[part.dataset.log] ??= part;
      (this.all[part.dataset.log] ??= []).push(part);
    }
    this.chosen = { selection: new Selection(), current: undefined, marked: undefined };
    this.view = new LogView(this.parts.lines, this.live, this.settings, {
      chosen: this.chosen,
      names: this.several ? sources.map(source => source.name) : null,
      onFollowing: following => this.scrolledTo(following),
      onEdge: step => this.atEdge(step),
    });
    this.view.onDrawn = () => this.placeLineMenu();
    this.reader = new Reader(this);
    this.results = history ? new Results(this) : null;
    this.download = history ? new DownloadForm(this) : null;
    this.abort = new AbortController();
    this.listen();
    this.applyRule();
    if (this.settings.wrap) this.setWrap(true, false);
    this.reader.apply();
    this.paint();
    this.clock = setInterval(() => this.tick(), 1000);
    this.follow();
    const line = !history ? null : new URLSearchParams(location.search).get("line");
    if (line) this.openPlace({ cursor: line }, line);
  }

  dispose() {
    this.abort.abort();
    this.listeners.abort();
    clearInterval(this.clock);
    clearInterval(this.merging);
    clearTimeout(this.saying);
    clearTimeout(this.sayingLater);
    this.past?.dispose();
    this.results?.dispose();
    this.view.dispose();
  }

  get buffer() {
    return this.view.buffer;
  }

  // --- the stream ---------------------------------------------------------------------------------------------------------------

  follow() {
    this.merge = this.several ? new Merge(this.sources.length) : null;
    if (this.merge) this.merging = setInterval(() => this.takeMerged(), 100);
    this.sources.forEach((source, index) =>
      follow({
        url: source.address,
        tail: this.several ? Math.floor(historyLines / this.sources.length) : historyLines,
        signal: this.abort.signal,
        onRecords: records => this.take(records, this.several ? index : undefined),
        onState: state => {
          source.state = state;
          if (state.name !== "connecting") this.merge?.ready(index);
          this.paint();
        },
      }));
  }

  take(records, index) {
    const entries = [];
    for (const record of records) {
      if (record.event?.type === "console") {
        // Another source, which starts from its beginning.
        this.console = record.event.words;
        if (!this.several) this.clear();
        continue;
      }
      if (this.console && record.cursor) {
        this.console = null;
        if (!this.several) this.clear();
      }
      if (record.gap) this.sources[index ?? 0].gaps++;
      const entry = entryOf(record, index);
      if (entry) entries.push(entry);
    }
    if (this.merge) this.merge.add(entries);
    else this.put(entries);
  }

  takeMerged() {
    const entries = this.merge.take();
    if (entries.length > 0) this.put(entries);
  }

  put(entries) {
    const { live } = this;
    const empty = live.size === 0;
    let lines = 0;
    let fresh = 0;
    for (const entry of entries) {
      if (entry.kind === "line") {
        lines++;
        entry.number = ++this.counted;
        this.since ??= entry.time;
        if (!this.openedAt || !entry.time || entry.time > this.openedAt) fresh++;
      }
      live.push(entry);
    }
    if (lines > 0) this.arrivedAt = performance.now();
    this.reader.count(entries);
    if (!this.view.following) {
      this.unseen += fresh;
      this.paintFollowing();
    }
    if (!this.past) this.view.invalidate();
    if (empty) {
      this.paint();
      this.learnNumbers();
    }
  }

  clear() {
    this.live.clear();
    this.counted = 0;
    this.offset = null;
    this.view.restyle();
  }

  tick() {
    if (this.settings.time === "relative") this.view.restyle();
    this.paint();
  }

  // --- the past -----------------------------------------------------------------------------------------------------------------

  /** Lines have numbers of their own only in windows of the past: one of those says by how much the page's are off. */
  async learnNumbers() {
    const first = this.live.find(entry => entry.cursor);
    if (!this.settings.numbers || !this.history || this.offset !== null || this.learning || !first) return;
    this.learning = true;
    const probe = this.newPast();
    try {
      await probe.open({ cursor: first.cursor }, { before: 0, after: 1 });
      const [line] = [...probe.buffer.all()].filter(entry => entry.cursor === first.cursor);
      if (line) this.offset = line.number - first.number;
      this.view.restyle();
    } catch (why) {
      // Then the numbers count from the first line on the page, as they did before.
      this.noNumbers = why.message;
    } finally {
      this.learning = false;
    }
  }

  numberOffset() {
    return this.past ? 0 : (this.offset ?? 0);
  }

  newPast() {
    return new Past({ address: this.sources[0].address, onProgress: lines => this.loading(`Reading older lines: ${number(lines)} so far`) });
  }

  /** Shows a place of the past: { cursor } or { at }. The log itself goes on and is counted. */
  async openPlace(from, cursor) {
    this.loading("Loading the place");
    const past = this.newPast();
    try {
      await past.open(from);
    } catch (why) {
      this.loading(null);
      this.say(`The place can't be shown. ${why.message}`, true);
      return;
    }
    this.loading(null);
    const entry = cursor ? past.find(cursor) : past.edge(1);
    if (!entry) {
      this.say("That line is not kept any more.", true);
      return;
    }
    this.chosen.marked = cursor;
    this.enterPast(past, entry, -this.parts.lines.clientHeight / 3);
    this.walkTo(entry);
  }

  enterPast(past, entry, offset) {
    this.past?.dispose();
    this.past = past;
    this.view.following = false;
    this.chosen.selection.clear();
    this.chosen.current = undefined;
    this.view.show(past.buffer, entry.seq, offset);
    this.paint();
  }

  leavePast(entry, offset = 0) {
    this.past.dispose();
    this.past = null;
    this.chosen.selection.clear();
    this.chosen.current = undefined;
    this.view.show(this.live, entry?.seq, offset);
    this.paint();
  }

  /** Near the first or the last row: more of the log is loaded there. */
  async atEdge(step) {
    if (!this.history || this.noPast || this.moving) return;
    this.moving = true;
    try {
      if (step < 0) await (this.past ? this.olderPast() : this.intoPast());
      else if (this.past) await this.newerPast();
    } catch (why) {
      if (why.name !== "AbortError") this.say(`Older lines can't be loaded. ${why.message}`, true);
      // An address that is not there will not be there the next time.
      this.noPast = why.status === 404;
    } finally {
      this.moving = false;
      this.loading(null);
    }
  }

  async intoPast() {
    const first = this.live.find(entry => entry.cursor);
    if (!first || this.atBeginning === first.cursor) return;
    this.loading("Loading older lines");
    const past = this.newPast();
    await past.open({ cursor: first.cursor });
    if (past.edge(1)?.cursor === first.cursor) {
      // There is nothing before it.
      this.atBeginning = first.cursor;
      return;
    }
    const top = this.view.top;
    const entry = top && this.sameIn(past, top.entry);
    if (entry && !this.past && !this.view.following) this.enterPast(past, entry, top.offset);
  }

  async olderPast() {
    if (this.past.start) return;
    this.loading("Loading older lines");
    await this.keepTop(() => this.past.older());
  }

  async newerPast() {
    const { past } = this;
    const top = this.view.top;
    const last = past.edge(-1);
    const lives = last && this.inLive(last.cursor) && top && this.inLive(this.cursorNear(top.entry));
    if (lives) this.leavePast(lives, top.offset);
    else {
      this.loading("Loading newer lines");
      await this.keepTop(() => past.newer());
    }
  }

  // What is loaded before or after moves nothing that is on the screen.
  async keepTop(load) {
    const { past } = this;
    const { buffer } = past;
    let top;
    past.onChanging = () => (top = this.view.top);
    await load();
    if (this.past !== past) return;
    if (top) this.view.setTop(buffer.top(buffer.indexOf(top.entry.seq)) + top.offset);
    this.view.lastBase = buffer.base;
    this.view.restyle();
    this.paint();
  }

  cursorNear(entry) {
    for (let seq = entry.seq; ; seq++) {
      const found = this.buffer.get(seq);
      if (!found || found.cursor) return found?.cursor;
    }
  }

  sameIn(past, entry) {
    const cursor = this.cursorNear(entry);
    return cursor ? past.find(cursor) : undefined;
  }

  inLive(cursor) {
    return cursor ? this.live.find(entry => entry.cursor === cursor) : undefined;
  }

  loading(words) {
    this.parts.loading.hidden = !words;
    write(this.parts.loading, words ?? "");
  }

  // --- what people do -----------------------------------------------------------------------------------------------------------

  listen() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    const on = (name, type, action) => {
      for (const part of this.all[name] ?? []) part.addEventListener(type, action, { signal });
    };
    on("follow", "click", () => this.setFollowing(true));
    on("pause", "click", () => this.setFollowing(!this.view.following));
    this.narrow.addEventListener("change", () => {
      this.settings.short = this.narrow.matches;
      this.view.restyle();
    }, { signal });
    on("filter", "input", () => this.applyRule());
    for (const name of ["regex", "out", "err", "find"]) on(name, "click", () => this.set({ [name]: !this.settings[name] }, () => this.applyRule()));
    on("inverse", "click", () => this.set({ inverse: !this.settings.inverse, find: false }, () => this.applyRule()));
    on("level", "click", () => this.set({ level: levels[(levels.indexOf(this.settings.level) + 1) % levels.length] }, () => this.applyRule()));
    on("time", "click", () => this.set({ time: times[(times.indexOf(this.settings.time) + 1) % times.length] }, () => this.relayout()));
    on("wrap", "click", () => this.setWrap(!this.settings.wrap));
    on("fields", "click", () => this.set({ fields: !this.settings.fields }, () => this.relayout()));
    on("fold", "click", () => this.setFold(!this.settings.fold));
    on("numbers", "click", () => this.set({ numbers: !this.settings.numbers }, () => {
      this.relayout();
      this.learnNumbers();
    }));
    on("reader", "click", () => this.set({ reader: !this.settings.reader }, () => this.reader.apply(true)));
    on("next", "click", () => this.hit(1));
    on("previous", "click", () => this.hit(-1));
    on("searchAll", "click", () => {
      this.closeSheet();
      this.results.start();
    });
    on("save", "click", () => {
      this.closeSheet();
      saveSeveral(this);
    });
    on("sheet", "toggle", event => event.newState === "open" && this.placeSheet(this.parts.sheet, this.parts.more));
    on("downloadForm", "toggle", event => {
      if (event.newState !== "open") return;
      this.closeSheet();
      this.download.open();
      this.placeSheet(this.parts.downloadForm, this.all.download.find(part => part.checkVisibility()) ?? this.parts.more);
    });
    on("lines", "wheel", event => event.deltaY < 0 && this.view.following && this.buffer.height > this.parts.lines.clientHeight && this.setFollowing(false));
    on("lines", "click", event => this.clicked(event));
    on("lines", "mousemove", event => this.hover(event.target));
    on("lines", "mouseleave", event => !this.parts.lineMenu.contains(event.relatedTarget) && this.hover(null));
    on("lineMenu", "click", () => this.openLineMenu(this.parts.lineMenu));
    on("menu", "click", event => this.lineAction(event.target.closest("[data-line]")?.dataset.line));
    on("chips", "click", event => this.removeFilter(event.target.closest("button")));
    this.keys = new LogKeys(this, signal);
  }

  set(change, then) {
    Object.assign(this.settings, change);
    this.keep(this.settings);
    then();
    this.paint();
  }

  setFollowing(following) {
    // There is nothing to pause before the first lines.
    if (!following && this.buffer.size === 0) return;
    if (following) {
      this.unseen = 0;
      this.openedAt = null;
      this.chosen.current = undefined;
      if (this.past) this.leavePast();
    }
    this.view.follow(following);
    this.paint();
  }

  // The last row of the past is not the newest line.
  scrolledTo(following) {
    if (!this.past || !following) this.setFollowing(following);
  }

  toStart() {
    this.setFollowing(false);
    const whole = this.past ? this.past.start : !this.history || this.noPast || this.counted < historyLines;
    if (whole) this.view.toStart();
    else this.openPlace({ at: new Date(0).toISOString() });
  }

  setWrap(wrap, keep = true) {
    const apply = () => {
      this.root.classList.toggle("log-wraps", wrap);
      this.relayout();
    };
    if (keep) this.set({ wrap }, apply);
    else apply();
  }

  setFold(fold) {
    this.set({ fold }, () => {
      for (const entry of this.buffer.all()) if (entry.group) entry.group.open = undefined;
      this.relayout();
    });
  }

  relayout() {
    if (this.settings.wrap) this.view.measure();
    this.view.relayout();
  }

  applyRule() {
    const { settings } = this;
    const text = this.parts.filter?.value ?? "";
    try {
      settings.rule = new Rule({ ...settings, text, fields: settings.filters }, plain);
    } catch (wrong) {
      // The last result stays until the expression is one.
      this.wrong = wrong.message;
      this.paint();
      return;
    }
    this.wrong = null;
    this.view.relayout();
    this.paint();
    this.sayLater(() => (settings.rule.pattern ? this.countWords() : null));
  }

  // --- lines --------------------------------------------------------------------------------------------------------------------

  /** The line that is walked on, seen and said. */
  walkTo(entry, { extend = false, near = true } = {}) {
    if (!entry) return;
    if (this.view.following) this.setFollowing(false);
    if (extend) {
      if (this.chosen.selection.empty && this.chosen.current !== undefined) this.chosen.selection.take(this.chosen.current);
      this.chosen.selection.take(entry.seq, true);
    }
    this.chosen.current = entry.seq;
    this.view.reveal(entry.seq, near);
    this.reader.at(entry);
  }

  get current() {
    const { current } = this.chosen;
    return current !== undefined && this.buffer.isShown(current) ? this.buffer.get(current) : undefined;
  }

  /** Walks so many shown lines on. The first step takes the line at the edge of the screen. */
  walk(step, extend) {
    const { current, buffer, view } = this;
    if (buffer.count === 0) return;
    if (!current) this.walkTo(step < 0 ? view.onScreen.at(-1) : view.onScreen[0], { extend });
    else {
      const index = buffer.indexOf(current.seq) + step;
      if (index < 0) this.atEdge(-1);
      else if (index >= buffer.count) this.atEdge(1);
      this.walkTo(buffer.at(Math.max(0, Math.min(buffer.count - 1, index))), { extend });
    }
  }

  /** Goes to the next (1) or previous (-1) line that was found. */
  hit(step) {
    const { buffer, settings, view } = this;
    if (!settings.rule.seeks) return;
    const from = this.current?.seq ?? (step > 0 ? (view.onScreen[0]?.seq ?? 0) - 1 : (view.onScreen.at(-1)?.seq ?? 0) + 1);
    let seq = buffer.hitFrom(from, step);
    // A line may have the text and still be hidden by the levels or the fields.
    for (let tries = buffer.hits; seq !== undefined && tries > 0 && !settings.rule.shows(buffer.get(seq)); tries--) seq = buffer.hitFrom(seq, step);
    if (seq === undefined) return;
    this.unfold(buffer.get(seq));
    this.walkTo(buffer.get(seq), { near: false });
    this.paint();
  }

  /** Goes to the next or previous line for which something holds. */
  seek(step, wanted, words) {
    const from = this.current?.seq ?? (step > 0 ? (this.view.onScreen[0]?.seq ?? 0) - 1 : (this.view.onScreen.at(-1)?.seq ?? 0) + 1);
    const found = this.buffer.seek(from, step, wanted);
    if (found) this.walkTo(found, { near: false });
    else this.say(words, true);
  }

  error(step) {
    this.seek(step, entry => entry.kind === "line" && levelOf(plain(entry.text.slice(0, 1000))) === "error", `There is no ${step > 0 ? "later" : "earlier"} error on this page.`);
  }

  mark(step) {
    this.seek(step, entry => entry.kind !== "line", `There is no ${step > 0 ? "later" : "earlier"} mark on this page.`);
  }

  unfold(entry) {
    if (!this.buffer.hides(entry)) return;
    entry.group.open = true;
    this.buffer.reshow(entry.group.entries[0].seq);
    this.view.restyle();
  }

  /** Opens or closes the fields of a line, or the trace under it. */
  toggle(entry) {
    if (entry?.kind !== "line") return;
    const head = entry.group?.trace ? entry.group.entries[0] : entry;
    if (this.view.following) this.setFollowing(false);
    if (parsed(entry)) entry.open = !entry.open;
    else if (entry.group?.trace) {
      entry.group.open = this.buffer.folds(entry.group);
      this.chosen.current = head.seq;
    } else return;
    this.buffer.reshow(head.seq);
    this.view.restyle();
  }

  clicked(event) {
    const field = event.target.closest(".log-field-button");
    if (field) {
      this.fieldAction(field.fieldAct);
      return;
    }
    const entry = this.view.entryAt(event.target);
    if (!entry || event.target.closest(".log-fields")) return;
    if (event.target.closest(".log-caret-open, .log-caret-closed, .log-folded")) this.toggle(entry);
    else if (event.shiftKey || event.target.closest(".log-number, .log-time, .log-tick, .log-stream")) {
      if (this.view.following) this.setFollowing(false);
      this.chosen.selection.take(entry.seq, event.shiftKey);
      if (event.shiftKey) getSelection().removeAllRanges();
      this.paint();
    } else if (!getSelection().isCollapsed) return;
    else this.chosen.selection.clear();
    this.chosen.current = entry.seq;
    this.hover(event.target);
    this.view.invalidate();
  }

  fieldAction({ act, name, value }) {
    if (act === "copy") {
      this.copied(value, name);
      return;
    }
    const filters = this.settings.filters.filter(filter => filter.name !== name || filter.value !== value);
    this.setFilters([...filters, { name, value, not: act === "not" }]);
  }

  setFilters(filters) {
    this.settings.filters = filters;
    this.parts.chips.replaceChildren(...filters.map(filter => {
      const chip = element("button", "log-chip", filterWords(filter));
      chip.type = "button";
      chip.setAttribute("aria-label", `Remove the filter ${filterWords(filter)}`);
      chip.filter = filter;
      return chip;
    }));
    this.parts.chips.hidden = filters.length === 0;
    this.applyRule();
  }

  removeFilter(chip) {
    if (!chip) return;
    const next = chip.nextSibling ?? chip.previousSibling;
    this.setFilters(this.settings.filters.filter(filter => filter !== chip.filter));
    const after = [...this.parts.chips.children].find(each => each.filter === next?.filter);
    (after ?? this.parts.lines).focus();
  }

  // --- the menu of a line -------------------------------------------------------------------------------------------------------

  hover(target) {
    const entry = target && this.view.entryAt(target);
    this.hovered = entry?.kind === "line" ? entry.seq : undefined;
    this.placeLineMenu();
  }

  placeLineMenu() {
    const { lineMenu, lines, menu } = this.parts;
    if (menu.matches(":popover-open")) return;
    const seq = this.hovered ?? (this.view.following ? undefined : this.chosen.current);
    const row = seq === undefined ? null : this.view.rowOf(seq);
    const top = row ? row.getBoundingClientRect().top - lines.getBoundingClientRect().top : -1;
    const seen = Boolean(row?.classList.contains("log-row")) && top >= 0 && top <= lines.clientHeight - lineHeight;
    if (lineMenu.hidden === seen) lineMenu.hidden = !seen;
    if (!seen) return;
    lineMenu.seq = seq;
    lineMenu.style.top = `${lines.offsetTop + top}px`;
  }

  openLineMenu(anchor) {
    const entry = this.buffer.get(anchor.seq ?? this.chosen.current);
    if (entry?.kind !== "line") return;
    this.chosen.current = entry.seq;
    if (this.view.following) this.setFollowing(false);
    const { menu } = this.parts;
    const short = parsed(entry);
    const item = menu.querySelector("[data-line=open]");
    item.hidden = !short && !entry.group?.trace;
    write(this.parts.openName, short ? (entry.open ? "Hide its fields" : "Show its fields") : this.buffer.folds(entry.group ?? {}) ? "Show the trace" : "Fold the trace");
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

  lineAction(action) {
    const entry = this.current;
    if (!entry || !action || action === "alert") return; // a link, which the page follows
    ({
      copy: () => this.copy([entry], false),
      copyTime: () => this.copy([entry], true),
      link: () => this.link(entry),
      open: () => this.toggle(entry),
    })[action]();
  }

  /** The chosen lines, or else the line that is walked on. */
  copyChosen(time) {
    const { selection } = this.chosen;
    const entries = selection.empty ? [this.current].filter(Boolean) : [...selection.entries(this.buffer)];
    if (entries.length === 0) {
      this.say("No line is chosen. Choose one with the arrow keys, or click on its time.", true);
      return;
    }
    this.copy(entries, time);
  }

  copy(entries, time) {
    const whole = entries.length === 1 && entries[0].group?.folded && entries[0].group.entries[0] === entries[0] ? entries[0].group.entries : entries;
    const names = this.several ? this.sources.map(source => source.name) : null;
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
      this.say(`Copied ${what}.`, true);
    } catch (why) {
      this.say(`Not copied: the browser did not allow it. ${why.message}`, true);
    }
  }

  // --- what is said -------------------------------------------------------------------------------------------------------------

  /** Says something to those who listen, and with `shown` for a moment to those who look. */
  say(words, shown = false) {
    write(this.parts.said, words);
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
    const { selection } = this.chosen;
    if (selection.empty || selection.anchor === selection.end) return "";
    const [from, to] = [selection.anchor, selection.end].sort((a, b) => a - b).map(seq => this.buffer.indexOf(seq));
    return `${number(to - from + 1)} lines chosen, Ctrl C copies them`;
  }

  countWords() {
    const { buffer, settings } = this;
    const { rule } = settings;
    const here = rule.seeks ? buffer.hitNumber(this.chosen.current) : 0;
    if (here) return `${number(here)} of ${number(buffer.hits)}`;
    if (rule.seeks && !rule.narrow) return `${number(buffer.hits)} found`;
    return rule.narrow ? `${number(buffer.count)} of ${number(buffer.size)}` : "";
  }

  paint() {
    const { parts, settings, view } = this;
    const rate = performance.now() - this.arrivedAt < 2000 ? rateOf(this.live) : 0;
    const gaps = this.sources.reduce((sum, source) => sum + source.gaps, 0);
    const state = this.several ? this.stateOfAll() : this.sources[0].state;
    const place = this.past?.place;
    const foot = footWords({ state, since: this.sinceNow(), gaps, source: this.console, rate, dropped: this.live.dropped, paused: !view.following, place }, settings.time);
    const notes = [this.wrong && `not an expression: ${this.wrong}`, this.notice ?? this.chosenWords(), this.merge?.late && `${number(this.merge.late)} came late`];
    write(parts.state, [foot, ...notes.filter(Boolean)].join(" \u00b7 "));
    write(parts.count, this.countWords());
    for (const part of this.all.timeName) write(part, timeNames[settings.time]);
    for (const part of this.all.levelName) write(part, levelNames[settings.level]);
    this.root.dataset.state = state.name;
    const pressed = { level: settings.level !== "" };
    for (const name of ["regex", "out", "err", "wrap", "find", "inverse", "fields", "fold", "numbers", "reader"]) pressed[name] = settings[name];
    for (const [name, value] of Object.entries(pressed)) for (const part of this.all[name] ?? []) press(part, value);
    for (const name of ["next", "previous"]) for (const part of this.all[name]) part.setAttribute("aria-disabled", String(!settings.rule.seeks || this.buffer.hits === 0));
    parts.filter.placeholder = settings.find ? "Find in the lines" : settings.inverse ? "Hide lines with" : "Filter lines";
    parts.filter.setAttribute("aria-invalid", String(Boolean(this.wrong)));
    this.root.classList.toggle("log-in-past", Boolean(this.past));
    this.paintSources();
    parts.empty.hidden = this.buffer.count > 0;
    write(parts.empty, this.buffer.size > 0 ? "No line matches." : state.name === "connecting" ? "" : "Nothing was written yet.");
    this.paintFollowing();
  }

  stateOfAll() {
    const count = name => this.sources.filter(source => source.state.name === name).length;
    if (count("live") === this.sources.length) return { name: "live" };
    if (count("connecting") === this.sources.length) return { name: "connecting" };
    return { name: "partly", words: `${count("live")} of ${this.sources.length} live` };
  }

  // Each of several logs says its own state.
  paintSources() {
    const { sources } = this.parts;
    if (!sources) return;
    if (sources.childElementCount === 0) sources.append(...this.sources.map((source, i) => {
      const chip = element("span", "log-source-state");
      chip.append(element("bdi", `log-source log-source-${i % 8}`, source.name), element("span", "log-source-words"));
      return chip;
    }));
    this.sources.forEach((source, i) => {
      const chip = sources.children[i];
      chip.dataset.state = source.state.name;
      write(chip.lastChild, `${stateWords(source.state)}${source.gaps ? `, ${number(source.gaps)} ${source.gaps === 1 ? "gap" : "gaps"}` : ""}`);
    });
  }

  paintFollowing() {
    const { parts, view } = this;
    press(parts.follow, view.following);
    press(parts.pause, !view.following);
    this.root.classList.toggle("log-paused", !view.following);
    write(parts.followName, view.following ? "Following" : this.unseen ? `${number(this.unseen)} new` : "Follow");
  }

  sinceNow() {
    if (!this.live.dropped) return this.since;
    return this.live.find(entry => entry.kind === "line")?.time ?? this.since;
  }

  // --- sheets -------------------------------------------------------------------------------------------------------------------

  placeSheet(sheet, anchor) {
    if (this.narrow.matches) {
      sheet.style.cssText = "";
    } else {
      const at = anchor.getBoundingClientRect();
      sheet.style.top = `${at.bottom + 4}px`;
      sheet.style.left = `${Math.max(8, at.right - sheet.offsetWidth)}px`;
    }
    [...sheet.querySelectorAll("button, select, a")].find(part => part.checkVisibility())?.focus();
  }

  closeSheet() {
    if (this.parts.sheet.matches(":popover-open")) this.parts.sheet.hidePopover();
  }
}

function write(part, text) {
  if (part && part.textContent !== text) part.textContent = text;
}

function press(part, pressed) {
  part?.setAttribute("aria-pressed", String(pressed));
}
