import test from "node:test";
import assert from "node:assert/strict";
import { fieldsOf, filterWords, passes, summaryText, tableOf } from "../../../wwwroot/js/log/fields.js";

test("a JSON object becomes fields, inner objects with dots, lists as JSON", () => {
  const parsed = fieldsOf('{"level":"error","msg":"write failed","http":{"status":503,"tags":["a","b"]},"ok":false,"none":null,"empty":{}}');
  assert.equal(parsed.kind, "json");
  assert.deepEqual(parsed.fields, [["level", "error"], ["msg", "write failed"], ["http.status", "503"], ["http.tags", '["a","b"]'], ["ok", "false"], ["none", "null"], ["empty", "{}"]]);
  assert.equal(parsed.level, "error");
  assert.equal(parsed.message[1], "write failed");
});

test("logfmt: words, quotes with escapes, empty values, a few words between", () => {
  const parsed = fieldsOf('time=2026-01-02T03:04:05Z level=info msg="say \\"hi\\" to all" user= cached n=3');
  assert.equal(parsed.kind, "logfmt");
  assert.deepEqual(parsed.fields, [["time", "2026-01-02T03:04:05Z"], ["level", "info"], ["msg", 'say "hi" to all'], ["user", ""], ["n", "3"]]);
});

test("other lines are no fields", () => {
  for (const text of ["", "plain words", "{not json}", "{}", "[1,2]", "a=1", "x=1 and then a long sentence of words", "PATH=/bin", '{"a":1', "  at a.b(c=1)"]) assert.equal(fieldsOf(text), null, text);
});

test("numbers of pino are levels in words", () => {
  assert.equal(fieldsOf('{"level":50,"msg":"x"}').level, "error");
});

test("names of the language itself are names like any other", () => {
  const parsed = fieldsOf('{"__proto__":{"a":1},"constructor":"x"}');
  assert.deepEqual(parsed.fields, [["__proto__.a", "1"], ["constructor", "x"]]);
});

test("a filter wants the value; its opposite passes lines without the field", () => {
  const parsed = fieldsOf('{"user":"ann","n":1}');
  assert.equal(passes(parsed, [{ name: "user", value: "ann" }]), true);
  assert.equal(passes(parsed, [{ name: "user", value: "ann" }, { name: "n", value: "2" }]), false);
  assert.equal(passes(parsed, [{ name: "user", value: "ann", not: true }]), false);
  assert.equal(passes(null, [{ name: "user", value: "ann" }]), false);
  assert.equal(passes(null, [{ name: "user", value: "ann", not: true }]), true);
  assert.equal(filterWords({ name: "a", value: "b", not: true }), "a != b");
});

test("the table gives a value of several lines several rows; the summary says the message first", () => {
  const parsed = fieldsOf('{"time":"now","n":1,"level":"warn","msg":"two\\nlines"}');
  assert.deepEqual(tableOf(parsed).map(row => [row.name, row.value]), [["time", "now"], ["n", "1"], ["level", "warn"], ["msg", "two"], ["", "lines"]]);
  assert.equal(summaryText(parsed), "WARN two lines n=1");
  assert.equal(summaryText(fieldsOf('a="x y" b=""')), 'a="x y" b=""');
});
