import test from "node:test";
import assert from "node:assert/strict";
import { Traces } from "../../../wwwroot/js/log/traces.js";

/** The lines as groups of their indexes: [[0], [1, 2, 3]]. */
function grouped(texts, times = []) {
  const traces = new Traces();
  const groups = [];
  texts.forEach((text, i) => {
    const entry = { kind: "line", stream: "err", text, time: times[i] };
    const group = traces.place(entry);
    entry.at = i;
    if (group) groups[groups.findIndex(all => all[0] === group.entries[0].at)].push(i);
    else groups.push([i]);
  });
  return groups;
}

test("Java: frames, causes and what is suppressed hang under their first line", () => {
  assert.deepEqual(grouped([
    "10:00 ERROR request failed",
    "java.lang.IllegalStateException: no connection",
    "\tat org.example.Pool.take(Pool.java:41)",
    "\tat org.example.Main.run(Main.java:12)",
    "Caused by: java.net.ConnectException: refused",
    "\tat java.base/sun.nio.ch.Net.connect(Net.java)",
    "\t... 12 more",
    "10:01 INFO next",
  ]), [[0], [1, 2, 3, 4, 5, 6], [7]]);
});

test("Python: the frames, the exception after them, and the exceptions that come with it", () => {
  assert.deepEqual(grouped([
    "ERROR:root:reading failed",
    "Traceback (most recent call last):",
    '  File "a.py", line 3, in <module>',
    "    read()",
    "KeyError: 'x'",
    "",
    "During handling of the above exception, another exception occurred:",
    "",
    "Traceback (most recent call last):",
    '  File "a.py", line 5, in <module>',
    "ValueError: no x",
    "INFO:root:going on",
  ]), [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11]]);
  assert.deepEqual(grouped(["starting", "Traceback (most recent call last):", '  File "a.py", line 1', "SystemExit: 1"]), [[0], [1, 2, 3]]);
});

test("Go: goroutines with their calls and places", () => {
  assert.deepEqual(grouped([
    "panic: runtime error: index out of range [3]",
    "",
    "goroutine 1 [running]:",
    "main.main()",
    "\t/src/main.go:9 +0x1d",
    "created by main.start",
    "exit status 2",
    "next line here",
  ]), [[0, 1, 2, 3, 4, 5, 6], [7]]);
});

test(".NET and Node: at, inner exceptions, ends of inner traces", () => {
  assert.deepEqual(grouped([
    "Unhandled exception. System.Exception: outer",
    " ---> System.IO.IOException: inner",
    "   at A.B() in /src/a.cs:line 3",
    "   --- End of inner exception stack trace ---",
    "TypeError: x is not a function",
    "    at Object.<anonymous> (/app/a.js:1:7)",
  ]), [[0, 1, 2, 3], [4, 5]]);
});

test("indented lines belong to the line before; only frames make a trace", () => {
  const traces = new Traces();
  const lines = ["SELECT", "  a, b", "FROM t"].map(text => ({ kind: "line", stream: "out", text }));
  lines.forEach(line => traces.place(line));
  assert.deepEqual(lines[0].group.entries, [lines[0], lines[1]]);
  assert.equal(lines[0].group.trace, false);
  assert.equal(lines[2].group, undefined);
});

test("another stream between does not end a trace, and much later is not the same", () => {
  const traces = new Traces();
  const lines = [["err", "Error: x"], ["out", "in between"], ["err", "    at a (b.js:1:1)"]].map(([stream, text]) => ({ kind: "line", stream, text }));
  lines.forEach(line => traces.place(line));
  assert.equal(lines[2].group.entries[0], lines[0]);
  assert.equal(lines[0].group.trace, true);
  assert.deepEqual(grouped(["Error: x", "  at a"], ["2026-01-02T03:04:05.1Z", "2026-01-02T03:04:09.1Z"]), [[0], [1]]);
});

test("the first line, blank lines and colours make no trouble", () => {
  assert.deepEqual(grouped(["  at the start", "", "x", "\x1b[31m    at y\x1b[0m"]), [[0], [1], [2, 3]]);
});
