// The keys of the log. Those of buttons that are seen are pressed by js/keys.js; here are the others, and those of the lines.

import { singleKeys } from "../keys.js";

const over = "dialog[open], [role=dialog].mud-dialog, .mud-dialog-container, [popover]:popover-open";
const field = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";

export class LogKeys {
  constructor(viewer, signal) {
    this.viewer = viewer;
    const press = name => () => viewer.parts[name]?.click();
    const single = {
      e: () => viewer.walker.error(1),
      "shift e": () => viewer.walker.error(-1),
      m: () => viewer.walker.mark(1),
      "shift m": () => viewer.walker.mark(-1),
      c: () => viewer.lineMenu.copyChosen(false),
      "shift c": () => viewer.lineMenu.copyChosen(true),
      p: () => !viewer.history ? undefined : viewer.walker.current?.cursor ? viewer.lineMenu.link(viewer.walker.current) : viewer.say("No line is chosen. Choose one with the arrow keys.", true),
    };
    for (const [key, name] of Object.entries({ f: "follow", r: "regex", x: "inverse", h: "find", n: "next", "shift n": "previous", l: "level", t: "time", w: "wrap", o: "fields", z: "fold", i: "numbers", "shift r": "reader" })) single[key] = press(name);
    this.single = single;
    viewer.root.addEventListener("keydown", event => this.inLog(event), { signal });
    document.addEventListener("keydown", event => this.onPage(event), { signal });
  }

  inLog(event) {
    const { viewer } = this;
    const { parts } = viewer;
    const plainKey = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.target === parts.filter) {
      const action = {
        Escape: () => {
          parts.filter.value = "";
          viewer.applyRule();
          parts.lines.focus();
        },
        Enter: () => viewer.walker.hit(event.shiftKey ? -1 : 1),
      }[event.key];
      if (action && plainKey) this.run(event, action);
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && viewer.results) this.run(event, () => viewer.results.start());
      return;
    }
    if (event.target !== parts.lines) return;
    if (event.ctrlKey && !event.altKey && !event.shiftKey && getSelection().isCollapsed) {
      const key = event.key.toLowerCase();
      if (key === "c" && (!viewer.chosen.selection.empty || viewer.walker.current)) this.run(event, () => viewer.lineMenu.copyChosen(false));
      if (key === "a" && viewer.buffer.count > 0) this.run(event, () => this.all());
      return;
    }
    if (!plainKey) return;
    const action = {
      ArrowUp: () => viewer.walker.step(-1, event.shiftKey),
      ArrowDown: () => viewer.walker.step(1, event.shiftKey),
      Home: event.shiftKey ? null : () => viewer.places.toStart(),
      End: event.shiftKey ? null : () => viewer.setFollowing(true),
      Enter: () => viewer.walker.toggle(viewer.walker.current),
      ContextMenu: () => this.menu(),
      F10: event.shiftKey ? () => this.menu() : null,
      Escape: viewer.chosen.selection.empty && viewer.chosen.current === undefined ? null : () => this.clear(),
    }[event.key];
    if (action) this.run(event, action);
  }

  /** Keys that hold where nothing else on the page wants them. */
  onPage(event) {
    const { viewer } = this;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || document.querySelector(over)) return;
    const { target } = event;
    if (target.matches?.(field) || !this.mine(target)) return;
    if (event.key === " ") {
      if (!event.shiftKey && (target === document.body || target === viewer.parts.lines || target.matches?.("main, h1"))) this.run(event, () => viewer.setFollowing(!viewer.view.following));
      return;
    }
    if (!singleKeys.on || event.key.length !== 1) return;
    const key = event.key.toLowerCase();
    const action = this.single[event.shiftKey ? `shift ${key}` : key];
    if (action) this.run(event, action);
  }

  // Of several logs on a page the one with the focus answers, or else the first.
  mine(target) {
    const { root } = this.viewer;
    const own = target.closest?.(".log-viewer");
    return own ? own === root : document.querySelector(".log-viewer") === root;
  }

  run(event, action) {
    event.preventDefault();
    action();
  }

  all() {
    const { buffer, chosen, view } = this.viewer;
    chosen.selection.take(buffer.at(0).seq);
    chosen.selection.take(buffer.at(buffer.count - 1).seq, true);
    view.invalidate();
    this.viewer.paint();
  }

  clear() {
    const { viewer } = this;
    viewer.chosen.selection.clear();
    viewer.chosen.current = undefined;
    viewer.chosen.marked = undefined;
    viewer.view.invalidate();
    viewer.paint();
  }

  menu() {
    const { viewer } = this;
    if (!viewer.walker.current) return;
    viewer.lineMenu.hovered = undefined;
    viewer.lineMenu.place();
    viewer.lineMenu.open(viewer.parts.lineMenu);
  }
}
