// The log of an instance. Blazor draws the frame (LogViewer.razor); all within it that changes is changed here.

import { LogBuffer, filterOf, patternOf } from "./log/buffer.js";
import { follow } from "./log/stream.js";
import { LogView } from "./log/view.js";
import { plain } from "./log/ansi.js";
import { footWords, number, rateOf } from "./log/words.js";

const store = "dashboard.log";
const times = ["local", "utc", "relative", "off"];
const timeNames = { local: "Local time", utc: "UTC", relative: "Time ago", off: "No time" };
const historyLines = 10_000;
const rateLines = 50_000;
const over = "dialog[open], [role=dialog], .mud-dialog-container, [popover]:popover-open";
const phone = "(max-width: 599.98px)";

/** Takes over a frame and follows its log until `dispose` of what it returns is called. */
export function mount(root, url) {
  return new LogViewer(root, url);
}

class LogViewer {
  constructor(root, url) {
    this.root = root;
    this.narrow = matchMedia(phone);
    this.settings = { time: "local", wrap: this.narrow.matches, short: this.narrow.matches, out: true, err: true, regex: false, ...load(), text: "", pattern: null };
    this.buffer = new LogBuffer();
    this.state = { name: "connecting" };
    this.gaps = 0;
    this.unseen = 0;
    this.arrivedAt = -Infinity;
    this.since = null;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-log]")].map(part => [part.dataset.log, part]));
    this.view = new LogView(this.parts.lines, this.buffer, this.settings, following => this.setFollowing(following));
    this.abort = new AbortController();
    this.listen();
    this.applyFilter();
    if (this.settings.wrap) this.setWrap(true);
    this.paint();
    this.clock = setInterval(() => {
      if (this.settings.time === "relative") this.view.restyle();
      this.paint();
    }, 1000);
    this.followed = follow({
      url,
      tail: historyLines,
      signal: this.abort.signal,
      onRecords: records => this.take(records),
      onState: state => {
        this.state = state;
        this.paint();
      },
    });
  }

  dispose() {
    this.abort.abort();
    this.listeners.abort();
    clearInterval(this.clock);
    this.view.dispose();
  }

  take(records) {
    let lines = 0;
    for (const record of records) {
      if (record.gap) {
        this.gaps++;
        this.buffer.push({ kind: "gap", gap: record.gap });
      } else if (record.event?.type === "console") {
        // Another source, which starts from its beginning.
        this.source = record.event.words;
        this.buffer.clear();
      } else if (record.event) this.buffer.push({ kind: "event", event: record.event });
      else if (record.text !== undefined) {
        lines++;
        this.since ??= record.time;
        if (record.cursor) this.source = null;
        this.buffer.push({ kind: "line", text: record.text, stream: record.stream, time: record.time, cut: record.cut });
      }
    }
    if (lines > 0) this.arrivedAt = performance.now();
    if (this.view.following) this.view.invalidate();
    else {
      this.unseen += lines;
      // The rows stay; only the height below them and the count change.
      this.view.invalidate();
      this.paintFollowing();
    }
    if (this.buffer.size === records.length) this.paint();
  }

  listen() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    const on = (part, type, action) => part?.addEventListener(type, action, { signal });
    on(this.parts.follow, "click", () => this.setFollowing(true));
    on(this.parts.pause, "click", () => this.setFollowing(!this.view.following));
    on(this.parts.more, "click", () => this.parts.more.setAttribute("aria-expanded", String(this.root.classList.toggle("log-open"))));
    on(this.narrow, "change", () => {
      this.settings.short = this.narrow.matches;
      this.view.restyle();
    });
    on(this.parts.filter, "input", () => this.applyFilter());
    on(this.parts.regex, "click", () => this.set({ regex: !this.settings.regex }, () => this.applyFilter()));
    for (const name of ["out", "err"]) on(this.parts[name], "click", () => this.set({ [name]: !this.settings[name] }, () => this.applyFilter()));
    on(this.parts.time, "click", () => this.nextTime());
    on(this.parts.wrap, "click", () => this.setWrap(!this.settings.wrap));
    on(this.parts.lines, "wheel", event => event.deltaY < 0 && this.view.following && this.buffer.height > this.parts.lines.clientHeight && this.setFollowing(false));
    on(this.root, "keydown", event => this.key(event));
    on(document, "keydown", event => this.pageKey(event));
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target === this.parts.filter) {
      if (event.key !== "Escape") return;
      this.parts.filter.value = "";
      this.applyFilter();
      this.parts.lines.focus();
      event.preventDefault();
      return;
    }
    if (event.target.closest("button, a, input, select, textarea")) return;
    const action = {
      " ": () => this.setFollowing(!this.view.following),
      Home: () => {
        this.setFollowing(false);
        this.view.toStart();
      },
      End: () => this.setFollowing(true),
    }[event.key];
    if (!action || event.shiftKey) return;
    event.preventDefault();
    action();
  }

  // Space pauses also from the page itself, where nothing has the focus. The letters are the page's (keys.js presses the buttons).
  pageKey(event) {
    if (event.defaultPrevented || event.key !== " " || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.target !== document.body && !event.target.matches?.("main, h1")) return;
    if (document.querySelector(over)) return;
    event.preventDefault();
    this.setFollowing(!this.view.following);
  }

  set(change, then) {
    Object.assign(this.settings, change);
    save(this.settings);
    then();
    this.paint();
  }

  setFollowing(following) {
    // There is nothing to pause before the first lines.
    if (!following && this.buffer.size === 0) return;
    if (following) this.unseen = 0;
    this.view.follow(following);
    this.paint();
  }

  nextTime() {
    this.set({ time: times[(times.indexOf(this.settings.time) + 1) % times.length] }, () => this.relayout());
  }

  setWrap(wrap) {
    this.set({ wrap }, () => {
      this.root.classList.toggle("log-wraps", wrap);
      this.relayout();
    });
  }

  relayout() {
    if (this.settings.wrap) this.view.measure();
    this.view.relayout();
  }

  applyFilter() {
    const text = this.parts.filter?.value ?? "";
    let pattern;
    try {
      pattern = patternOf(text, this.settings.regex);
    } catch (wrong) {
      // The last result stays until the expression is one.
      this.wrong = wrong.message;
      this.paint();
      return;
    }
    this.wrong = null;
    this.settings.pattern = pattern;
    this.buffer.refresh(filterOf({ ...this.settings, text }, plain), entry => this.view.rowsOf(entry));
    this.view.lastBase = this.buffer.base;
    this.view.restyle();
    this.paint();
  }

  paint() {
    const { parts, settings } = this;
    const rate = performance.now() - this.arrivedAt < 2000 ? rateOf(this.buffer.newest(rateLines)) : 0;
    const foot = footWords({ state: this.state, since: this.sinceNow(), gaps: this.gaps, source: this.source, rate, dropped: this.buffer.dropped, paused: !this.view.following }, settings.time);
    write(parts.state, this.wrong ? `${foot} \u00b7 not an expression: ${this.wrong}` : foot);
    write(parts.count, settings.pattern ? `${number(this.buffer.count)} of ${number(this.buffer.size)}` : "");
    write(parts.timeName, timeNames[settings.time]);
    this.root.dataset.state = this.state.name;
    press(parts.regex, settings.regex);
    press(parts.out, settings.out);
    press(parts.err, settings.err);
    press(parts.wrap, settings.wrap);
    parts.filter?.setAttribute("aria-invalid", String(Boolean(this.wrong)));
    if (parts.empty) {
      parts.empty.hidden = this.buffer.count > 0;
      write(parts.empty, this.buffer.size > 0 ? "No line matches." : this.state.name === "connecting" ? "" : "Nothing was written yet.");
    }
    this.paintFollowing();
  }

  paintFollowing() {
    const { parts, view } = this;
    press(parts.follow, view.following);
    press(parts.pause, !view.following);
    this.root.classList.toggle("log-paused", !view.following);
    write(parts.followName, view.following ? "Following" : this.unseen ? `${number(this.unseen)} new` : "Follow");
  }

  sinceNow() {
    if (!this.buffer.dropped) return this.since;
    for (let seq = this.buffer.first; seq < this.buffer.next; seq++) {
      const entry = this.buffer.get(seq);
      if (entry.kind === "line") return entry.time;
    }
    return this.since;
  }
}

function write(part, text) {
  if (part && part.textContent !== text) part.textContent = text;
}

function press(part, pressed) {
  part?.setAttribute("aria-pressed", String(pressed));
}

function load() {
  try {
    const { time, wrap, out, err, regex } = JSON.parse(localStorage.getItem(store) ?? "{}");
    const kept = { wrap, out, err, regex };
    for (const name of Object.keys(kept)) if (typeof kept[name] !== "boolean") delete kept[name];
    return times.includes(time) ? { ...kept, time } : kept;
  } catch {
    return {};
  }
}

function save({ time, wrap, out, err, regex }) {
  try {
    localStorage.setItem(store, JSON.stringify({ time, wrap, out, err, regex }));
  } catch {
    // Storage is off or full: the choice holds for this page only.
  }
}
