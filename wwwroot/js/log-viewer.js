// The log of an instance, or of several. Blazor draws the frame (LogViewer.razor); all within it that changes is changed here.

import { plain } from "./log/ansi.js";
import { LogBuffer } from "./log/buffer.js";
import { Chips } from "./log/chips.js";
import { DownloadForm, saveSeveral } from "./log/download.js";
import { entryOf } from "./log/entries.js";
import { LogKeys } from "./log/keys.js";
import { LineMenu } from "./log/line-menu.js";
import { Merge } from "./log/merge.js";
import { Places, newestLines } from "./log/places.js";
import { Reader } from "./log/reader.js";
import { Results } from "./log/results.js";
import { Rule } from "./log/rule.js";
import { Selection } from "./log/selection.js";
import { keeper, known, times } from "./log/settings.js";
import { Signs } from "./log/signs.js";
import { follow } from "./log/stream.js";
import { LogView } from "./log/view.js";
import { Walker } from "./log/walker.js";

const levels = ["", "warning", "error"];
const phone = "(max-width: 599.98px)";

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
    this.settings = { ...defaults, ...known(preferences), short: this.narrow.matches, inverse: false, level: "", filters: [], rule: new Rule(), numberOffset: () => this.places.numberOffset() };
    this.keep = keeper("preferences/log", token, preferences, { onFailure: words => this.say(words, true) });
    this.live = new LogBuffer();
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
      onEdge: step => this.places.atEdge(step),
    });
    this.view.onDrawn = () => this.lineMenu.place();
    this.places = new Places(this);
    this.signs = new Signs(this);
    this.walker = new Walker(this);
    this.lineMenu = new LineMenu(this);
    this.chips = new Chips(this);
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
    if (line) this.places.open({ cursor: line }, line);
  }

  dispose() {
    this.abort.abort();
    this.listeners.abort();
    clearInterval(this.clock);
    clearInterval(this.merging);
    this.places.dispose();
    this.signs.dispose();
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
        tail: this.several ? Math.floor(newestLines / this.sources.length) : newestLines,
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
      this.signs.paintFollowing();
    }
    if (!this.places.past) this.view.invalidate();
    if (empty) {
      this.paint();
      this.places.learnNumbers();
    }
  }

  clear() {
    this.live.clear();
    this.counted = 0;
    this.places.offset = null;
    this.view.restyle();
  }

  tick() {
    if (this.settings.time === "relative") this.view.restyle();
    this.paint();
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
      this.places.learnNumbers();
    }));
    on("reader", "click", () => this.set({ reader: !this.settings.reader }, () => this.reader.apply(true)));
    on("next", "click", () => this.walker.hit(1));
    on("previous", "click", () => this.walker.hit(-1));
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
    on("lines", "mousemove", event => this.lineMenu.hover(event.target));
    on("lines", "mouseleave", event => !this.parts.lineMenu.contains(event.relatedTarget) && this.lineMenu.hover(null));
    on("lineMenu", "click", () => this.lineMenu.open(this.parts.lineMenu));
    on("menu", "click", event => this.lineMenu.act(event.target.closest("[data-line]")?.dataset.line));
    on("chips", "click", event => this.chips.remove(event.target.closest("button")));
    this.keys = new LogKeys(this, signal);
  }

  set(change, then) {
    Object.assign(this.settings, change);
    this.keep(change);
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
      if (this.places.past) this.places.leave();
    }
    this.view.follow(following);
    this.paint();
  }

  // The last row of the past is not the newest line.
  scrolledTo(following) {
    if (!this.places.past || !following) this.setFollowing(following);
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
    this.signs.sayLater(() => (settings.rule.pattern ? this.signs.countWords() : null));
  }

  clicked(event) {
    const { chosen, view } = this;
    const field = event.target.closest(".log-field-button");
    if (field) {
      this.chips.act(field.fieldAct);
      return;
    }
    const entry = view.entryAt(event.target);
    if (!entry || event.target.closest(".log-fields")) return;
    if (event.target.closest(".log-caret-open, .log-caret-closed, .log-folded")) this.walker.toggle(entry);
    else if (event.shiftKey || event.target.closest(".log-number, .log-time, .log-tick, .log-stream")) {
      if (view.following) this.setFollowing(false);
      chosen.selection.take(entry.seq, event.shiftKey);
      if (event.shiftKey) getSelection().removeAllRanges();
      this.paint();
    } else if (!getSelection().isCollapsed) return;
    else chosen.selection.clear();
    chosen.current = entry.seq;
    this.lineMenu.hover(event.target);
    view.invalidate();
  }

  say(words, shown) {
    this.signs.say(words, shown);
  }

  paint() {
    this.signs.paint();
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
