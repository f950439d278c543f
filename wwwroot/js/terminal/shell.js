// One terminal: its screen and its connection. What the terminal writes is a stranger's: it may draw letters and colours, and nothing else.

import { Link } from "./link.js";

const encoder = new TextEncoder();
const keys = { escape: "\x1b", tab: "\t", up: "\x1b[A", down: "\x1b[B", right: "\x1b[C", left: "\x1b[D" };
const palette = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const scrollback = 5000;
let library;

export const keyBytes = key => keys[key];

/** A letter with Ctrl held, as terminals send it; what has no such code comes back as it is. */
export function controlled(text) {
  if (text === " ") return "\0";
  const code = text.length === 1 ? text.toUpperCase().charCodeAt(0) : 0;
  return code >= 64 && code <= 95 ? String.fromCharCode(code - 64) : text;
}

/** Sequences that would reach beyond the screen: titles, links, the clipboard, notifications. They are read and forgotten. */
export const deaf = [0, 1, 2, 8, 9, 52, 99, 777];

// Loaded with the first terminal, by nobody else.
function load() {
  library ??= Promise.all([import("../xterm/xterm.mjs"), import("../xterm/addon-fit.mjs"), styles()]).catch(failed => {
    library = undefined;
    throw failed;
  });
  return library;
}

function styles() {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("../xterm/xterm.css", import.meta.url).href;
    link.onload = resolve;
    link.onerror = () => { link.remove(); reject(new Error("The terminal's styles could not be loaded.")); };
    document.head.append(link);
  });
}

function theme() {
  const style = getComputedStyle(document.documentElement);
  const value = name => style.getPropertyValue(name).trim();
  const colours = { background: value("--log-bg"), foreground: value("--log-ink"), cursor: value("--accent"), cursorAccent: value("--log-bg"), selectionBackground: value("--selected") };
  for (const name of palette) {
    colours[name] = value(`--ansi-${name}`);
    colours[`bright${name[0].toUpperCase()}${name.slice(1)}`] = value(`--ansi-br-${name}`);
  }
  return colours;
}

export class Shell {
  constructor(address, label) {
    this.onEnd = this.onLeave = this.onControl = () => {};
    this.element = document.createElement("div");
    this.element.className = "terminal-screen";
    this.paper = document.createElement("div");
    this.paper.className = "terminal-paper";
    this.words = document.createElement("div");
    this.words.className = "terminal-state";
    this.words.setAttribute("role", "status");
    this.element.append(this.paper, this.words);
    this.say("connecting", "connecting");
    this.label = label;
    this.ready = this.start(address);
  }

  async start(address) {
    const [{ Terminal }, { FitAddon }] = await load();
    const font = getComputedStyle(document.documentElement).getPropertyValue("--font-mono");
    this.screen = new Terminal({
      fontFamily: font, fontSize: 13, lineHeight: 1.25, scrollback, theme: theme(), minimumContrastRatio: 4.5, cursorBlink: false, screenReaderMode: true,
      linkHandler: { activate() {}, allowNonHttpProtocols: false },
    });
    for (const code of deaf) this.screen.parser.registerOscHandler(code, () => true);
    this.fitting = new FitAddon();
    this.screen.loadAddon(this.fitting);
    this.screen.onData(text => this.type(text));
    this.screen.onBinary(text => this.send(text));
    this.screen.onResize(({ cols, rows }) => this.link?.resize(cols, rows));
    this.screen.attachCustomKeyEventHandler(event => this.key(event));
    this.themes = new MutationObserver(() => { this.screen.options.theme = theme(); });
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.link = new Link({
      address,
      onBytes: (bytes, drawn) => this.screen.write(bytes, drawn),
      onReset: () => this.screen.reset(),
      onState: (state, words) => this.say(state, words),
      size: () => ({ cols: this.screen.cols, rows: this.screen.rows }),
    });
    this.link.open();
  }

  get ended() { return this.state === "ended"; }

  say(state, words) {
    this.state = this.element.dataset.state = state;
    if (this.words.textContent !== words) this.words.textContent = words;
    if (state !== "ended") return;
    if (this.screen) this.screen.options.disableStdin = true;
    this.onEnd();
  }

  key(event) {
    if (event.type !== "keydown" || !event.ctrlKey || !event.shiftKey || event.altKey) return true;
    if (event.code === "KeyL") this.onLeave();
    else if (event.code === "KeyC" && this.screen.hasSelection()) navigator.clipboard?.writeText(this.screen.getSelection());
    else return true;
    event.preventDefault();
    return false;
  }

  type(text) {
    // What is written again was answered when it was written first.
    if (this.link.replays) return;
    this.send(this.control ? controlled(text) : text);
    if (this.control) this.holdControl();
  }

  holdControl() {
    this.control = !this.control;
    this.onControl(this.control);
  }

  send(text) {
    this.link?.send(encoder.encode(text));
  }

  fit() {
    // A screen that nobody sees has no size.
    if (!this.screen || !this.paper.offsetParent) return;
    if (!this.screen.element) {
      this.screen.open(this.paper);
      this.screen.textarea.setAttribute("aria-label", `${this.label}. Ctrl Shift L leaves it.`);
    }
    this.fitting.fit();
  }

  focus() {
    if (!this.ended) this.screen?.focus();
  }

  close() {
    this.link?.close();
    this.themes?.disconnect();
    this.screen?.dispose();
    this.element.remove();
  }
}
