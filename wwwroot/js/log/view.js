// Draws the lines that are on the screen, once per frame: about forty row elements.

import { lineHeight, markHeight } from "./buffer.js";
import { plain } from "./ansi.js";
import { summaryText } from "./fields.js";
import { tableHeight } from "./field-table.js";
import { RowPainter, displayLimit, element, parsed, structured } from "./rows.js";

const overscan = 4;
const tabWidth = 8;
const edge = 1500;
// Nobody reads a flood of lines: it is drawn less often, which leaves the browser time for what people do.
const flood = 100;
const floodPause = 50;

export class LogView {
  /**
   * @param scroller the element with role="log". @param settings { time, wrap, fields, numbers, rule, … } read at each drawing.
   * @param chosen { selection, current, marked }: which lines are chosen, walked on and linked to.
   * @param onFollowing takes true or false when scrolling starts or ends the following. @param onEdge takes -1 or 1 near the first and the last row.
   */
  constructor(scroller, buffer, settings, { chosen = {}, names = null, onFollowing = () => {}, onEdge = () => {} } = {}) {
    Object.assign(this, { scroller, buffer, settings, chosen, names, onFollowing, onEdge });
    this.painter = new RowPainter(settings, names, scroller.id);
    this.following = true;
    this.rows = [];
    this.version = 0;
    this.lastBase = 0;
    this.drawnAt = -Infinity;
    this.drawnNext = 0;
    this.extra = 0;
    this.spacer = element("div", "log-spacer");
    this.layer = element("div", "log-layer");
    this.spacer.append(this.layer);
    scroller.append(this.spacer);
    buffer.heightOf = entry => this.heightOf(entry);
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
    this.frame ??= requestAnimationFrame(now => {
      this.frame = undefined;
      const floods = this.following && this.buffer.next - this.drawnNext > flood;
      if (floods && now - this.drawnAt < floodPause) this.invalidate();
      else this.draw(now);
    });
  }

  /** All rows look different now: another time format, other hits, another width. */
  restyle() {
    this.version++;
    this.drawnAt = -Infinity;
    this.invalidate();
  }

  follow(following) {
    this.following = following;
    this.invalidate();
  }

  /** Draws another buffer from now on: `seq` is on top, `offset` pixels above the edge. */
  show(buffer, seq, offset = 0) {
    this.buffer = buffer;
    buffer.heightOf = entry => this.heightOf(entry);
    buffer.refresh({ rule: this.settings.rule, fold: this.settings.fold });
    this.lastBase = buffer.base;
    if (seq !== undefined) this.setTop(buffer.top(buffer.indexOf(seq)) + offset);
    this.restyle();
  }

  /** The entry on top of what is on the screen, and how much of it is above the edge. */
  get top() {
    const { buffer, scroller } = this;
    if (buffer.count === 0) return null;
    const index = buffer.indexAt(scroller.scrollTop);
    return { entry: buffer.at(index), offset: scroller.scrollTop - buffer.top(index) };
  }

  /** The shown entries which are on the screen now. */
  get onScreen() {
    const { buffer, scroller } = this;
    if (buffer.count === 0) return [];
    const from = buffer.indexAt(scroller.scrollTop);
    const to = buffer.indexAt(scroller.scrollTop + scroller.clientHeight - 1);
    return Array.from({ length: to - from + 1 }, (_, i) => buffer.at(from + i));
  }

  toStart() {
    this.scroller.scrollTop = 0;
    this.invalidate();
  }

  /** Scrolls so far that an entry is seen: to the middle when it is not on the screen, or with `near` just into it. */
  reveal(seq, near = false) {
    const { buffer, scroller } = this;
    const index = buffer.indexOf(seq);
    const top = buffer.top(index);
    const bottom = buffer.top(index + 1);
    const { scrollTop, clientHeight } = scroller;
    if (top >= scrollTop && bottom <= scrollTop + clientHeight) this.invalidate();
    else if (!near) this.setTop(top - Math.max(0, (clientHeight - lineHeight) / 2));
    else this.setTop(top < scrollTop ? top : Math.min(top, bottom - clientHeight));
    this.invalidate();
  }

  heightOf(entry) {
    if (entry.kind !== "line") return markHeight;
    return lineHeight * this.rowsOf(entry) + (entry.open ? tableHeight(parsed(entry)) : 0);
  }

  /** How many rows a line takes when wrapped: an estimate; the rows on the screen are laid out by the browser. */
  rowsOf(entry) {
    if (!this.settings.wrap || !this.columns) return 1;
    if (this.settings.fields && structured(entry)) {
      const short = parsed(entry);
      if (short) return Math.max(1, Math.ceil(Math.min(summaryText(short).length, displayLimit) / this.columns));
    }
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
    probe.hidden = false;
    this.painter.fill(probe, { kind: "line", seq: -1, stream: "out", time: "2026-01-02T03:04:05Z", text: "0".repeat(100), source: this.names ? 0 : undefined }, null);
    const text = probe.querySelector(".log-text");
    const range = document.createRange();
    range.selectNodeContents(text);
    const width = text.getBoundingClientRect().width;
    text.classList.add("log-probe");
    const one = range.getBoundingClientRect().width / 100;
    probe.remove();
    this.rows.pop();
    const columns = one > 0 ? Math.max(10, Math.floor(width / one)) : 0;
    const changed = columns !== this.columns;
    this.columns = columns;
    return changed;
  }

  resized() {
    if (this.settings.wrap && this.measure()) this.relayout();
    this.invalidate();
  }

  /** The rule, the heights or the folds are different: keep the line on top where it is. */
  relayout() {
    const before = this.top;
    this.buffer.refresh({ rule: this.settings.rule, fold: this.settings.fold });
    this.lastBase = this.buffer.base;
    if (before && !this.following) this.setTop(this.buffer.top(this.buffer.indexOf(before.entry.seq)) + Math.min(before.offset, lineHeight));
    this.restyle();
  }

  setTop(top) {
    const height = Math.max(0, this.buffer.height + this.extra - this.scroller.clientHeight);
    this.spacer.style.height = `${this.buffer.height + this.extra}px`;
    this.scroller.scrollTop = Math.max(0, Math.min(top, height));
    this.expected = this.scroller.scrollTop;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (Math.abs(scrollTop - (this.expected ?? 0)) > 2) {
      const up = scrollTop < (this.expected ?? 0);
      this.expected = scrollTop;
      const atEnd = scrollTop + clientHeight >= scrollHeight - 2;
      if (atEnd !== this.following) this.onFollowing(atEnd);
      if (up && scrollTop < edge) this.onEdge(-1);
      else if (!up && scrollTop + clientHeight > scrollHeight - edge) this.onEdge(1);
    }
    this.invalidate();
  }

  draw(now = performance.now()) {
    const { buffer, scroller } = this;
    this.drawnAt = now;
    this.drawnNext = buffer.next;
    if (this.following) this.setTop(buffer.height + this.extra);
    else if (buffer.base !== this.lastBase) this.setTop(Math.max(0, scroller.scrollTop - (buffer.base - this.lastBase)));
    else this.spacer.style.height = `${buffer.height + this.extra}px`;
    this.lastBase = buffer.base;

    const top = scroller.scrollTop;
    const first = Math.max(0, buffer.indexAt(top) - overscan);
    const bottom = top + scroller.clientHeight;
    const { selection, current, marked } = this.chosen;
    let before = first > 0 ? buffer.at(first - 1) : null;
    let used = 0;
    for (let index = first; index < buffer.count && used < 400; index++) {
      if (buffer.top(index) > bottom + overscan * lineHeight) break;
      const row = this.row(used++);
      const entry = buffer.at(index);
      const folded = entry.group?.folded ? entry.group.entries.length : 0;
      if (row.seq !== entry.seq || row.version !== this.version || row.folded !== folded) this.paint(row, entry, before, folded);
      const look = (selection?.has(entry.seq) ? 1 : 0) | (entry.seq === current ? 2 : 0) | (marked !== undefined && entry.cursor === marked ? 4 : 0);
      if (row.look !== look) this.dress(row, look);
      if (row.hidden) row.hidden = false;
      before = entry;
    }
    for (let i = used; i < this.rows.length; i++) if (!this.rows[i].hidden) this.rows[i].hidden = true;

    // Estimated heights may be a little off: the newest line must still end where the list ends.
    const shift = this.settings.wrap && this.following ? buffer.height - this.layer.offsetHeight : buffer.top(first);
    // All that there is may be higher than estimated: then the list is as high as its rows.
    const extra = this.following ? Math.max(0, -shift) : this.extra;
    if (extra !== this.extra) {
      this.extra = extra;
      this.setTop(buffer.height + extra);
    }
    this.layer.style.transform = `translateY(${Math.max(0, shift)}px)`;
    this.onDrawn?.();
  }

  /** The row that draws an entry now, if one does. */
  rowOf(seq) {
    return this.rows.find(row => row.seq === seq && !row.hidden);
  }

  /** The entry that a row, or something in it, draws. */
  entryAt(node) {
    const row = node?.closest?.(".log-row, .log-mark");
    return row && this.layer.contains(row) ? this.buffer.get(row.seq) : undefined;
  }

  row(index) {
    while (this.rows.length <= index) {
      const row = element("div", "log-row");
      this.rows.push(row);
      this.layer.append(row);
    }
    return this.rows[index];
  }

  paint(row, entry, before, folded) {
    Object.assign(row, { seq: entry.seq, version: this.version, folded, look: 0 });
    this.painter.fill(row, entry, before, folded);
  }

  dress(row, look) {
    row.look = look;
    row.classList.toggle("log-selected", (look & 1) > 0);
    row.classList.toggle("log-current", (look & 2) > 0);
    row.classList.toggle("log-marked", (look & 4) > 0);
    if (this.settings.reader) row.setAttribute("aria-selected", String((look & 1) > 0));
  }
}
