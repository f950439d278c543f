import test from "node:test";
import assert from "node:assert/strict";
import { LogBuffer, filterOf, hitsOf, patternOf } from "../../../wwwroot/js/log/buffer.js";

const line = (text, stream = "out") => ({ kind: "line", text, stream });

test("a full buffer drops the oldest and counts them", () => {
  const buffer = new LogBuffer(100);
  for (let i = 0; i < 1000; i++) buffer.push(line(String(i)));
  assert.equal(buffer.size, 100);
  assert.equal(buffer.dropped, 900);
  assert.equal(buffer.at(0).text, "900");
  assert.equal(buffer.at(99).text, "999");
  assert.equal(buffer.height, 2000);
  assert.equal(buffer.top(0), 0);
});

test("heights: a line is 20, a mark 32, a wrapped line a multiple", () => {
  const buffer = new LogBuffer();
  buffer.rowsOf = entry => Math.ceil(entry.text.length / 10);
  buffer.push(line("short"));
  buffer.push({ kind: "gap", count: 3, reason: "x" });
  buffer.push(line("x".repeat(25)));
  assert.deepEqual([0, 1, 2, 3].map(i => buffer.top(i)), [0, 20, 52, 112]);
  assert.deepEqual([0, 19, 20, 51, 52, 500].map(y => buffer.indexAt(y)), [0, 0, 1, 1, 2, 2]);
});

test("a filter shows what matches, in order, also for lines that come later and after drops", () => {
  const buffer = new LogBuffer(50);
  for (let i = 0; i < 40; i++) buffer.push(line(i % 10 === 0 ? `hit ${i}` : `no ${i}`));
  buffer.refresh(filterOf({ text: "HIT" }));
  for (let i = 40; i < 80; i++) buffer.push(line(i % 10 === 0 ? `hit ${i}` : `no ${i}`));
  const shown = Array.from({ length: buffer.count }, (_, i) => buffer.at(i).text);
  assert.deepEqual(shown, ["hit 30", "hit 40", "hit 50", "hit 60", "hit 70"]);
  assert.equal(buffer.height, 100);
});

test("streams can be hidden; gaps never are", () => {
  const shows = filterOf({ err: false, text: "zzz" });
  assert.equal(shows(line("zzz", "err")), false);
  assert.equal(shows(line("zzz")), true);
  assert.equal(shows({ kind: "gap" }), true);
});

test("text is literal, a regular expression is one when asked for, and a wrong one throws", () => {
  assert.equal(patternOf("a.c", false).test("abc"), false);
  assert.equal(patternOf("a.c", true).test("abc"), true);
  assert.throws(() => patternOf("a(", true), SyntaxError);
  assert.equal(patternOf("", true), null);
  assert.deepEqual(hitsOf("a1 b22", patternOf("\\d+", true)), [[1, 2], [4, 6]]);
  assert.deepEqual(hitsOf("abc", patternOf("x*", true)), []);
});

test("a sequence number leads to its place among the shown", () => {
  const buffer = new LogBuffer();
  for (let i = 0; i < 10; i++) buffer.push(line(i % 2 ? "odd" : "even"));
  buffer.refresh(filterOf({ text: "odd" }));
  assert.equal(buffer.at(buffer.indexOf(4)).seq, 5);
  assert.equal(buffer.indexOf(99), 5);
});
