// The terminals of an instance. Blazor draws the frame (TerminalTab.razor); the screens in it are made here, by xterm.js. A screen lives as long as the
// document: it goes on, with its connection, while the person looks at other pages, and is put back into the frame when they return.

import { Shell, keyBytes } from "./terminal/shell.js";

const shells = new Map();

/** Takes over a frame until `dispose` of what it returns is called. @param page told `TerminalEnded(id)`. */
export function mount(root, place, address, name, page) {
  return new TerminalFrame(root, place, address, name, page);
}

class TerminalFrame {
  constructor(root, place, address, name, page) {
    Object.assign(this, { root, place, address, name, page });
    this.abort = new AbortController();
    const { signal } = this.abort;
    root.addEventListener("click", event => this.click(event), { signal });
    // A key of the phone's row must not take the keyboard away from the screen.
    root.addEventListener("pointerdown", event => { if (event.target.closest("[data-terminal-key]")) event.preventDefault(); }, { signal });
    this.resizes = new ResizeObserver(() => this.shown?.fit());
    this.resizes.observe(place);
  }

  /** Shows a terminal, connecting to it when this document has not yet. */
  async show(id) {
    this.wanted = id;
    let shell = shells.get(id);
    if (!shell) shells.set(id, shell = new Shell(`${this.address}/${id}`, `Terminal of ${this.name}`));
    shell.onEnd = () => this.page.invokeMethodAsync("TerminalEnded", id);
    shell.onLeave = () => this.root.querySelector(`[data-shell-tab="${CSS.escape(id)}"]`)?.focus();
    shell.onControl = held => this.root.querySelector("[data-terminal-key=ctrl]")?.setAttribute("aria-pressed", String(held));
    if (shell.ended) shell.onEnd();
    await shell.ready;
    if (this.abort.signal.aborted || this.wanted !== id) return;
    for (const other of this.place.children) other.hidden = other !== shell.element;
    if (shell.element.parentElement !== this.place) this.place.append(shell.element);
    shell.element.hidden = false;
    this.shown = shell;
    shell.fit();
    shell.focus();
  }

  remove(id) {
    shells.get(id)?.close();
    shells.delete(id);
  }

  /** The frame goes; its screens go on without it. */
  dispose() {
    this.abort.abort();
    this.resizes.disconnect();
    for (const screen of [...this.place.children]) screen.remove();
    for (const [id, shell] of shells) {
      shell.onEnd = shell.onLeave = shell.onControl = () => {};
      // One that has ended is not on the driver host's list any more: nobody would find it again.
      if (shell.ended) this.remove(id);
    }
  }

  click(event) {
    const key = event.target.closest("[data-terminal-key]")?.dataset.terminalKey;
    if (key === "ctrl") this.shown?.holdControl();
    else if (key) this.shown?.send(keyBytes(key));
    if (key) this.shown?.focus();
    if (event.target.closest("[data-terminal=full]")) document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen();
  }
}
