// Places of a log that are not on the page: what is older than its lines, and where a link or a search leads.

import { Past } from "./past.js";
import { write } from "./signs.js";
import { number } from "./words.js";

/** So many of the newest lines are asked for when a log is opened. */
export const newestLines = 10_000;

export class Places {
  constructor(viewer) {
    this.viewer = viewer;
    this.past = null;
    this.offset = null;
  }

  dispose() {
    this.past?.dispose();
  }

  /** Lines have numbers of their own only in windows of the past: one of those says by how much the page's are off. */
  async learnNumbers() {
    const first = this.viewer.live.find(entry => entry.cursor);
    if (!this.viewer.settings.numbers || !this.viewer.history || this.offset !== null || this.learning || !first) return;
    this.learning = true;
    const probe = this.newPast();
    try {
      await probe.open({ cursor: first.cursor }, { before: 0, after: 1 });
      const [line] = [...probe.buffer.all()].filter(entry => entry.cursor === first.cursor);
      if (line) this.offset = line.number - first.number;
      this.viewer.view.restyle();
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
    return new Past({ address: this.viewer.sources[0].address, onProgress: lines => this.loading(`Reading older lines: ${number(lines)} so far`) });
  }

  /** Shows a place of the past: { cursor } or { at }. The log itself goes on and is counted. */
  async open(from, cursor) {
    this.loading("Loading the place");
    const past = this.newPast();
    try {
      await past.open(from);
    } catch (why) {
      this.loading(null);
      this.viewer.say(`The place can't be shown. ${why.message}`, true);
      return;
    }
    this.loading(null);
    const entry = cursor ? past.find(cursor) : past.edge(1);
    if (!entry) {
      this.viewer.say("That line is not kept any more.", true);
      return;
    }
    this.viewer.chosen.marked = cursor;
    this.enter(past, entry, -this.viewer.parts.lines.clientHeight / 3);
    this.viewer.walker.to(entry);
  }

  enter(past, entry, offset) {
    this.past?.dispose();
    this.past = past;
    this.viewer.view.following = false;
    this.viewer.chosen.selection.clear();
    this.viewer.chosen.current = undefined;
    this.viewer.view.show(past.buffer, entry.seq, offset);
    this.viewer.paint();
  }

  leave(entry, offset = 0) {
    this.past.dispose();
    this.past = null;
    this.viewer.chosen.selection.clear();
    this.viewer.chosen.current = undefined;
    this.viewer.view.show(this.viewer.live, entry?.seq, offset);
    this.viewer.paint();
  }

  /** Near the first or the last row: more of the log is loaded there. */
  async atEdge(step) {
    if (!this.viewer.history || this.noPast || this.moving) return;
    this.moving = true;
    try {
      if (step < 0) await (this.past ? this.older() : this.into());
      else if (this.past) await this.newer();
    } catch (why) {
      if (why.name !== "AbortError") this.viewer.say(`Older lines can't be loaded. ${why.message}`, true);
      // An address that is not there will not be there the next time.
      this.noPast = why.status === 404;
    } finally {
      this.moving = false;
      this.loading(null);
    }
  }

  async into() {
    const first = this.viewer.live.find(entry => entry.cursor);
    if (!first || this.atBeginning === first.cursor) return;
    this.loading("Loading older lines");
    const past = this.newPast();
    await past.open({ cursor: first.cursor });
    if (past.edge(1)?.cursor === first.cursor) {
      // There is nothing before it.
      this.atBeginning = first.cursor;
      return;
    }
    const top = this.viewer.view.top;
    const entry = top && this.sameIn(past, top.entry);
    if (entry && !this.past && !this.viewer.view.following) this.enter(past, entry, top.offset);
  }

  async older() {
    if (this.past.start) return;
    this.loading("Loading older lines");
    await this.keepTop(() => this.past.older());
  }

  async newer() {
    const { past } = this;
    const top = this.viewer.view.top;
    const last = past.edge(-1);
    const lives = last && this.inLive(last.cursor) && top && this.inLive(this.cursorNear(top.entry));
    if (lives) this.leave(lives, top.offset);
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
    past.onChanging = () => (top = this.viewer.view.top);
    await load();
    if (this.past !== past) return;
    if (top) this.viewer.view.setTop(buffer.top(buffer.indexOf(top.entry.seq)) + top.offset);
    this.viewer.view.lastBase = buffer.base;
    this.viewer.view.restyle();
    this.viewer.paint();
  }

  cursorNear(entry) {
    for (let seq = entry.seq; ; seq++) {
      const found = this.viewer.buffer.get(seq);
      if (!found || found.cursor) return found?.cursor;
    }
  }

  sameIn(past, entry) {
    const cursor = this.cursorNear(entry);
    return cursor ? past.find(cursor) : undefined;
  }

  inLive(cursor) {
    return cursor ? this.viewer.live.find(entry => entry.cursor === cursor) : undefined;
  }

  loading(words) {
    this.viewer.parts.loading.hidden = !words;
    write(this.viewer.parts.loading, words ?? "");
  }

  toStart() {
    const { viewer } = this;
    viewer.setFollowing(false);
    const whole = this.past ? this.past.start : !viewer.history || this.noPast || viewer.counted < newestLines;
    if (whole) viewer.view.toStart();
    else this.open({ at: new Date(0).toISOString() });
  }
}
