import test from "node:test";
import assert from "node:assert/strict";
import { LogBuffer } from "../../../wwwroot/js/log/buffer.js";
import { Rule, hitsOf, patternOf } from "../../../wwwroot/js/log/rule.js";

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
  buffer.heightOf = entry => (entry.kind === "line" ? 20 * Math.ceil(entry.text.length / 10) : 32);
  buffer.push(line("short"));
  buffer.push({ kind: "gap", count: 3, reason: "x" });
  buffer.push(line("x".repeat(25)));
  assert.deepEqual([0, 1, 2, 3].map(i => buffer.top(i)), [0, 20, 52, 112]);
  assert.deepEqual([0, 19, 20, 51, 52, 500].map(y => buffer.indexAt(y)), [0, 0, 1, 1, 2, 2]);
});

test("a filter shows what matches, in order, also for lines that come later and after drops", () => {
  const buffer = new LogBuffer(50);
  for (let i = 0; i < 40; i++) buffer.push(line(i % 10 === 0 ? `hit ${i}` : `no ${i}`));
  buffer.refresh({ rule: new Rule({ text: "HIT" }) });
  for (let i = 40; i < 80; i++) buffer.push(line(i % 10 === 0 ? `hit ${i}` : `no ${i}`));
  const shown = Array.from({ length: buffer.count }, (_, i) => buffer.at(i).text);
  assert.deepEqual(shown, ["hit 30", "hit 40", "hit 50", "hit 60", "hit 70"]);
  assert.equal(buffer.height, 100);
});

test("streams can be hidden; gaps never are", () => {
  const rule = new Rule({ err: false, text: "zzz" });
  assert.equal(rule.shows(line("zzz", "err")), false);
  assert.equal(rule.shows(line("zzz")), true);
  assert.equal(rule.shows({ kind: "gap" }), true);
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
  buffer.refresh({ rule: new Rule({ text: "odd" }) });
  assert.equal(buffer.at(buffer.indexOf(4)).seq, 5);
  assert.equal(buffer.indexOf(99), 5);
});

const texts = buffer => Array.from({ length: buffer.count }, (_, i) => buffer.at(i).text);

test("inverse hides what matches; find hides nothing", () => {
  const buffer = new LogBuffer();
  for (const text of ["a", "b", "ab"]) buffer.push(line(text));
  buffer.refresh({ rule: new Rule({ text: "a", inverse: true }) });
  assert.deepEqual([texts(buffer), buffer.hits], [["b"], 0]);
  buffer.refresh({ rule: new Rule({ text: "a", find: true, inverse: true }) });
  assert.deepEqual([texts(buffer), buffer.hits], [["a", "b", "ab"], 2]);
});

test("a level shows lines that are as grave or graver", () => {
  const buffer = new LogBuffer();
  for (const text of ["INFO a", "WARN b", "ERROR c"]) buffer.push(line(text));
  buffer.refresh({ rule: new Rule({ level: "warning" }) });
  assert.deepEqual(texts(buffer), ["WARN b", "ERROR c"]);
  buffer.refresh({ rule: new Rule({ level: "error" }) });
  assert.deepEqual(texts(buffer), ["ERROR c"]);
});

test("fields filter, and together with text", () => {
  const buffer = new LogBuffer();
  for (const text of ['{"u":"ann","n":1}', '{"u":"bob","n":1}', "u ann"]) buffer.push(line(text));
  buffer.refresh({ rule: new Rule({ fields: [{ name: "u", value: "ann" }] }) });
  assert.deepEqual(texts(buffer), ['{"u":"ann","n":1}']);
  buffer.refresh({ rule: new Rule({ text: "bob", fields: [{ name: "n", value: "1" }] }) });
  assert.deepEqual(texts(buffer), ['{"u":"bob","n":1}']);
});

test("found lines: numbers, next and previous around the end, drops", () => {
  const buffer = new LogBuffer(10);
  buffer.refresh({ rule: new Rule({ text: "hit", find: true }) });
  for (let i = 0; i < 14; i++) buffer.push(line(i % 3 === 0 ? "hit" : "no"));
  assert.equal(buffer.hits, 3);
  assert.deepEqual([buffer.hitFrom(4, 1), buffer.hitFrom(6, 1), buffer.hitFrom(12, 1), buffer.hitFrom(6, -1)], [6, 9, 6, 12]);
  assert.deepEqual([buffer.hitNumber(9), buffer.hitNumber(10), buffer.hitNumber(undefined)], [2, 0, 0]);
  assert.equal(new LogBuffer().hitNumber(undefined), 0);
});

const trace = ["ERROR first", "  at one", "  at two", "after"];

test("a trace is found as a whole by any of its lines, also when that line comes last", () => {
  for (const text of ["first", "two"]) {
    const buffer = new LogBuffer();
    buffer.refresh({ rule: new Rule({ text }) });
    for (const each of trace) buffer.push(line(each));
    assert.deepEqual(texts(buffer), trace.slice(0, 3), text);
    assert.equal(buffer.hits, 1);
    assert.equal(buffer.height, 60);
  }
});

test("inverse and levels hold for a trace as a whole, too", () => {
  const buffer = new LogBuffer();
  buffer.refresh({ rule: new Rule({ text: "two", inverse: true }) });
  for (const each of trace) buffer.push(line(each));
  assert.deepEqual(texts(buffer), ["after"]);
  buffer.refresh({ rule: new Rule({ level: "error" }) });
  assert.deepEqual(texts(buffer), trace.slice(0, 3));
});

test("folded traces show their first line; one of them can be opened", () => {
  const buffer = new LogBuffer();
  buffer.refresh({ fold: true });
  for (const each of trace) buffer.push(line(each));
  assert.deepEqual(texts(buffer), ["ERROR first", "after"]);
  buffer.get(0).group.open = true;
  buffer.reshow(0);
  assert.deepEqual(texts(buffer), trace);
  assert.equal(buffer.height, 80);
  buffer.push(line("  just indented"));
  assert.equal(texts(buffer).at(-1), "  just indented");
});

test("what is put before and let go keeps every number and height", () => {
  const buffer = new LogBuffer();
  for (const text of ["c", "d"]) buffer.push(line(text));
  buffer.prepend([line("a"), line("b")]);
  assert.deepEqual([texts(buffer), buffer.get(0).text, buffer.first, buffer.top(2)], [["a", "b", "c", "d"], "c", -2, 40]);
  buffer.trim(-1);
  assert.deepEqual([texts(buffer), buffer.next, buffer.height], [["a", "b", "c"], 1, 60]);
  buffer.trim(1);
  assert.deepEqual([texts(buffer), buffer.first], [["b", "c"], -1]);
  assert.equal(buffer.push(line("e")).seq, 1);
});

test("seek walks over what is shown", () => {
  const buffer = new LogBuffer();
  for (const text of ["a", "b", "a"]) buffer.push(line(text));
  const isA = entry => entry.text === "a";
  assert.equal(buffer.seek(0, 1, isA).seq, 2);
  assert.equal(buffer.seek(2, -1, isA).seq, 0);
  assert.equal(buffer.seek(2, 1, isA), undefined);
});
