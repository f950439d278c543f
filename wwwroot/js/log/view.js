// Draws the lines that are on the screen, once per frame: about forty row elements, text nodes and spans only.

import { hitsOf, lineHeight } from "./buffer.js";
import { parse, plain } from "./ansi.js";
import { levelOf } from "./level.js";
import { clock, gapWords, markName, markWords, timeOf } from "./words.js";

const overscan = 4;
const displayLimit = 10_000;
const tabWidth = 8;
const marks = new Set(["start", "exit", "oom", "error"]);

export class LogView {
  /**
   * @param scroller the element with role="log". @param settings { time, wrap, pattern } read at each drawing.
   * @param onFollowing takes true or false when scrolling starts or ends the following.
   */
  constructor(scroller, buffer, settings, onFollowing) {
    this.scroller = scroller;
    this.buffer = buffer;
    this.settings = settings;
    this.onFollowing = onFollowing;
    this.following = true;
    this.rows = [];
    this.version = 0;
    this.lastBase = 0;
    this.extra = 0;
    this.spacer = element("div", "log-spacer");
    this.layer = element("div", "log-layer");
    this.spacer.append(this.layer);
    scroller.append(this.spacer);
    this.onScroll = () => this.scrolled();
    scroller.addEventListener("scroll", this.onScroll, { passive: true });
    this.resizes = new ResizeObserver(() => this.resized());
    this.resizes.observe(scroller);
  }

  dispose() {
    this.resizes.disconnect();
    this.scroller.removeEventListener("scroll", this.onScroll);
    cancelAnimationFrame(this.frame);
    this.spacer.remove();
  }

  /** Something changed: draw at the next frame. */
  invalidate() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  /** All rows look different now: another time format, other hits, another width. */
  restyle() {
    this.version++;
    this.invalidate();
  }

  follow(following) {
    this.following = following;
    this.invalidate();
  }

  toStart() {
    this.scroller.scrollTop = 0;
    this.invalidate();
  }

  /** How many rows a line takes when wrapped: an estimate; the rows on the screen are laid out by the browser. */
  rowsOf(entry) {
    if (!this.settings.wrap || !this.columns) return 1;
    let width = Math.min(entry.text.length, displayLimit);
    if (width * 2 <= this.columns) return 1;
    for (let i = 0; i < width; i++) {
      const code = entry.text.charCodeAt(i);
      if (code === 9) width += tabWidth - 1;
      else if (code === 27) return Math.max(1, Math.ceil(Math.min(plain(entry.text).length, displayLimit) / this.columns));
    }
    return Math.max(1, Math.ceil(width / this.columns));
  }

  /** Measures how many characters fit into a row. True when that changed. */
  measure() {
    const probe = this.row(this.rows.length);
    this.layer.append(probe);
    probe.hidden = false;
    this.fill(probe, { kind: "line", seq: -1, stream: "out", time: "2026-01-02T03:04:05Z", text: "0".repeat(100) });
    const text = probe.lastChild;
    const range = document.createRange();
    range.selectNodeContents(text);
    const width = text.getBoundingClientRect().width;
    text.classList.add("log-probe");
    const one = range.getBoundingClientRect().width / 100;
    text.classList.remove("log-probe");
    probe.remove();
    this.rows.length = Math.min(this.rows.length, this.layer.children.length);
    const columns = one > 0 ? Math.max(10, Math.floor(width / one)) : 0;
    const changed = columns !== this.columns;
    this.columns = columns;
    return changed;
  }

  resized() {
    if (this.settings.wrap && this.measure()) this.relayout();
    this.invalidate();
  }

  /** The heights are different: keep the line on top where it is. */
  relayout() {
    const anchor = this.buffer.count ? this.buffer.at(this.buffer.indexAt(this.scroller.scrollTop)) : null;
    this.buffer.refresh(this.buffer.shows, entry => this.rowsOf(entry));
    this.lastBase = this.buffer.base;
    if (anchor && !this.following) this.setTop(this.buffer.top(this.buffer.indexOf(anchor.seq)));
    this.restyle();
  }

  setTop(top) {
    const height = Math.max(0, this.buffer.height + this.extra - this.scroller.clientHeight);
    this.spacer.style.height = `${this.buffer.height + this.extra}px`;
    this.scroller.scrollTop = Math.min(top, height);
    this.expected = this.scroller.scrollTop;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (Math.abs(scrollTop - (this.expected ?? 0)) > 2) {
      this.expected = scrollTop;
      const atEnd = scrollTop + clientHeight >= scrollHeight - 2;
      if (atEnd !== this.following) this.onFollowing(atEnd);
    }
    this.invalidate();
  }

  draw() {
    const { buffer, scroller } = this;
    if (this.following) this.setTop(buffer.height + this.extra);
    else if (buffer.base !== this.lastBase) this.setTop(Math.max(0, scroller.scrollTop - (buffer.base - this.lastBase)));
    else this.spacer.style.height = `${buffer.height + this.extra}px`;
    this.lastBase = buffer.base;

    const top = scroller.scrollTop;
    const first = Math.max(0, buffer.indexAt(top) - overscan);
    const bottom = top + scroller.clientHeight;
    let used = 0;
    for (let index = first; index < buffer.count && used < 400; index++) {
      if (buffer.top(index) > bottom + overscan * lineHeight) break;
      const row = this.row(used++);
      const entry = buffer.at(index);
      if (row.seq !== entry.seq || row.version !== this.version) this.fill(row, entry);
      row.hidden = false;
    }
    for (let i = used; i < this.rows.length; i++) this.rows[i].hidden = true;

    // Estimated heights may be a little off: the newest line must still end where the list ends.
    const shift = this.settings.wrap && this.following ? buffer.height - this.layer.offsetHeight : buffer.top(first);
    // All that there is may be higher than estimated: then the list is as high as its rows.
    const extra = this.following ? Math.max(0, -shift) : this.extra;
    if (extra !== this.extra) {
      this.extra = extra;
      this.setTop(buffer.height + extra);
    }
    this.layer.style.transform = `translateY(${Math.max(0, shift)}px)`;
  }

  row(index) {
    while (this.rows.length <= index) {
      const row = element("div", "log-row");
      this.rows.push(row);
      this.layer.append(row);
    }
    return this.rows[index];
  }

  fill(row, entry) {
    row.seq = entry.seq;
    row.version = this.version;
    if (entry.kind === "line") {
      const level = levelOf(plain(entry.text.slice(0, displayLimit)));
      row.className = `log-row${entry.stream === "err" ? " log-err" : ""}${level ? ` log-${level}` : ""}`;
      row.replaceChildren(...this.prefix(entry), this.text(entry));
    } else {
      const { time } = this.settings;
      row.className = `log-mark log-${entry.kind}${entry.kind === "event" ? ` log-event-${marks.has(entry.event.type) ? entry.event.type : "other"}` : ""}`;
      const words = entry.kind === "gap" ? gapWords(entry.gap, time) : markWords(entry.event.words);
      const parts = [element("span", "log-mark-name", entry.kind === "gap" ? "Gap" : markName(entry.event.type)), element("span", "log-mark-words", plain(words))];
      if (entry.kind === "event") parts.push(element("span", "log-rule"), element("span", "log-time", clock(entry.event.time, time)));
      row.replaceChildren(...parts);
    }
  }

  prefix(entry) {
    const parts = [element("span", "log-tick")];
    if (this.settings.time !== "off") parts.push(element("span", "log-time", timeOf(entry.time, this.settings.time, { short: this.settings.short })));
    parts.push(element("span", "log-stream", entry.stream));
    return parts;
  }

  text(entry) {
    const text = entry.text.length > displayLimit ? entry.text.slice(0, displayLimit) : entry.text;
    const holder = element("bdi", "log-text");
    const parts = parse(text);
    const hits = hitsOf(parts.map(part => part.text).join(""), this.settings.pattern);
    let offset = 0;
    for (const part of parts) {
      const nodes = marked(part.text, offset, hits);
      offset += part.text.length;
      if (part.classes) {
        const span = element("span", part.classes);
        span.append(...nodes);
        holder.append(span);
      } else holder.append(...nodes);
    }
    if (text !== entry.text) holder.append(element("span", "log-cut", ` ${entry.text.length - displayLimit} more characters: see the download`));
    else if (entry.cut) holder.append(element("span", "log-cut", " cut: the line is longer than 64 KiB"));
    return holder;
  }
}

function marked(text, offset, hits) {
  const nodes = [];
  let last = 0;
  for (const [start, end] of hits) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, text.length);
    if (from >= to) continue;
    if (from > last) nodes.push(document.createTextNode(text.slice(last, from)));
    nodes.push(element("mark", "log-hit", text.slice(from, to)));
    last = to;
  }
  if (last < text.length) nodes.push(document.createTextNode(text.slice(last)));
  return nodes;
}

export function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
