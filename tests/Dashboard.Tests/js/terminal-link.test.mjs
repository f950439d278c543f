import test from "node:test";
import assert from "node:assert/strict";
import { Link } from "../../../wwwroot/js/terminal/link.js";
import { controlled, deaf } from "../../../wwwroot/js/terminal/shell.js";

class Wire {
  static all = [];
  readyState = 1;
  sent = [];
  constructor(address) { this.address = address; Wire.all.push(this); }
  send(data) { this.sent.push(typeof data === "string" ? JSON.parse(data) : new TextDecoder().decode(data)); }
  close() { this.readyState = 3; }
  say(frame) { this.onmessage({ data: JSON.stringify(frame) }); }
  write(text) { this.onmessage({ data: new TextEncoder().encode(text).buffer }); }
  cut() { this.readyState = 3; this.onclose(); }
}

function viewer() {
  Wire.all = [];
  const seen = { text: "", states: [], resets: 0, waits: [], later: [], guards: [] };
  const link = new Link({
    address: "terminals/i/t",
    WebSocket: Wire,
    setTimeout: (action, pause) => { seen.waits.push(pause); seen.later.push(action); },
    guard: action => seen.guards.push(action),
    onBytes: (bytes, drawn) => { seen.text += new TextDecoder().decode(bytes); drawn(); },
    onReset: () => { seen.text = ""; seen.resets++; },
    onState: (state, words) => seen.states.push([state, words]),
    size: () => ({ cols: 90, rows: 30 }),
  });
  link.open();
  return { link, seen };
}

test("says its size, and what is drawn", () => {
  const { seen } = viewer();
  const [wire] = Wire.all;
  wire.say({ attached: { from: 0, to: 0, lost: 0 } });
  wire.write("hello");
  assert.deepEqual(wire.sent, [{ resize: { cols: 90, rows: 30 } }, { ack: 5 }]);
  assert.deepEqual(seen.states, [["open", "connected"]]);
});

test("comes again after a break with what it has, and draws nothing twice", () => {
  const { seen } = viewer();
  Wire.all[0].say({ attached: { from: 0, to: 0, lost: 0 } });
  Wire.all[0].write("one ");
  Wire.all[0].cut();
  assert.equal(seen.states.at(-1)[0], "reconnecting");
  seen.later.shift()();
  assert.equal(Wire.all[1].address, "terminals/i/t?offset=4");
  Wire.all[1].say({ attached: { from: 4, to: 7, lost: 0 } });
  Wire.all[1].write("two");
  assert.equal(seen.text, "one two");
  assert.equal(seen.resets, 0);
});

test("gives up a connection that neither opens nor fails", () => {
  const { seen } = viewer();
  seen.guards.shift()();
  assert.equal(Wire.all[0].readyState, 3);
  assert.equal(seen.states.at(-1)[0], "reconnecting");
  seen.later.shift()();
  Wire.all[1].say({ attached: { from: 0, to: 0, lost: 0 } });
  seen.guards.shift()();
  assert.equal(seen.states.at(-1)[0], "open");
  assert.equal(Wire.all.length, 2);
});

test("starts anew where bytes are lost, and says how many", () => {
  const { link, seen } = viewer();
  Wire.all[0].say({ attached: { from: 0, to: 0, lost: 0 } });
  Wire.all[0].write("old");
  Wire.all[0].cut();
  seen.later.shift()();
  Wire.all[1].say({ attached: { from: 5003, to: 5006, lost: 5000 } });
  assert.ok(link.replays);
  Wire.all[1].write("new");
  assert.ok(!link.replays);
  assert.equal(seen.text, "new");
  assert.match(seen.states.at(-1)[1], /5,000 bytes/);
});

test("waits longer and longer, and not at all after the end", () => {
  const { seen } = viewer();
  for (let i = 0; i < 7; i++) {
    Wire.all.at(-1).cut();
    seen.later.shift()();
  }
  assert.deepEqual(seen.waits, [500, 1000, 2000, 4000, 5000, 5000, 5000]);
  Wire.all.at(-1).say({ end: { reason: "exit", exit_code: 7, words: "The process ended with code 7." } });
  Wire.all.at(-1).cut();
  assert.deepEqual(seen.states.at(-1), ["ended", "The process ended with code 7."]);
  assert.equal(seen.later.length, 0);
});

test("a window that is taken does not take it back", () => {
  const { seen } = viewer();
  Wire.all[0].say({ notice: { code: "taken", words: "Another window has this terminal now." } });
  Wire.all[0].cut();
  assert.deepEqual(seen.states, [["ended", "Another window has this terminal now."]]);
  assert.equal(seen.later.length, 0);
});

test("control makes control characters of letters and leaves the rest", () => {
  assert.equal(controlled("c"), "\x03");
  assert.equal(controlled("["), "\x1b");
  assert.equal(controlled(" "), "\0");
  assert.equal(controlled("é"), "é");
  assert.equal(controlled("ls"), "ls");
});

test("titles, links and the clipboard are not for the terminal", () => {
  for (const code of [0, 2, 8, 52]) assert.ok(deaf.includes(code));
});
