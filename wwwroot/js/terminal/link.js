// The connection to a terminal: bytes with their numbers, so that a viewer who comes again misses nothing. Pure but for the WebSocket and timers.

const pauses = [500, 1000, 2000, 4000, 5000];
const most = 16 * 1024;
const patience = 10_000;

/**
 * @param onBytes (bytes, drawn): call `drawn` when they are on the screen. @param onReset the screen starts anew.
 * @param onState (state, words): connecting, open, reconnecting or ended.
 */
export class Link {
  constructor({ address, onBytes, onReset, onState, size, WebSocket = globalThis.WebSocket, setTimeout = globalThis.setTimeout.bind(globalThis), guard = action => globalThis.setTimeout(action, patience) }) {
    Object.assign(this, { address, onBytes, onReset, onState, size, WebSocket, setTimeout, guard });
    this.offset = 0;
    this.drawn = 0;
    this.replayTo = 0;
    this.failures = 0;
  }

  /** Whether what is drawn now was written before this viewer came. */
  get replays() { return this.drawn < this.replayTo; }

  open() {
    const socket = this.socket = new this.WebSocket(`${this.address}?offset=${this.offset}`);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => { if (socket === this.socket) typeof data === "string" ? this.hear(JSON.parse(data)) : this.take(new Uint8Array(data)); };
    socket.onclose = () => { if (socket === this.socket) this.lost(); };
    // A connection that neither opens nor fails, as when the network changes under it, is given up.
    this.guard(() => { if (socket === this.socket && socket !== this.attached && !this.over) { this.socket = null; socket.close(); this.lost(); } });
  }

  hear({ attached, notice, end }) {
    if (attached) {
      this.failures = 0;
      this.attached = this.socket;
      if (attached.from !== this.offset) this.onReset();
      this.offset = this.drawn = attached.from;
      this.replayTo = attached.to;
      const { cols, rows } = this.size();
      this.resize(cols, rows);
      this.onState("open", attached.lost > 0 ? `connected; ${attached.lost.toLocaleString("en")} bytes from before are no longer kept` : "connected");
    }
    if (notice?.code === "taken") this.finish(notice.words);
    else if (notice) this.onState("open", notice.words);
    if (end) this.finish(end.words);
  }

  take(bytes) {
    this.offset += bytes.length;
    const drawn = this.offset;
    const { socket } = this;
    this.onBytes(bytes, () => {
      if (socket !== this.socket) return;
      this.drawn = drawn;
      this.tell({ ack: drawn });
    });
  }

  send(bytes) {
    for (let at = 0; at < bytes.length; at += most) if (this.isOpen) this.socket.send(bytes.subarray(at, at + most));
  }

  resize(cols, rows) { this.tell({ resize: { cols, rows } }); }

  get isOpen() { return this.socket?.readyState === 1; }

  tell(frame) {
    if (this.isOpen) this.socket.send(JSON.stringify(frame));
  }

  finish(words) {
    this.over = true;
    this.onState("ended", words);
  }

  lost() {
    if (this.over) return;
    this.onState("reconnecting", "The connection broke. The terminal waits a minute; connecting again…");
    this.setTimeout(() => { if (!this.over) this.open(); }, pauses[Math.min(this.failures++, pauses.length - 1)]);
  }

  close() {
    this.over = true;
    this.socket?.close();
  }
}
