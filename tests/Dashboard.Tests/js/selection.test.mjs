import test from "node:test";
import assert from "node:assert/strict";
import { LogBuffer } from "../../../wwwroot/js/log/buffer.js";
import { Selection, textOf } from "../../../wwwroot/js/log/selection.js";
import { keeper, known } from "../../../wwwroot/js/log/settings.js";
import { Merge } from "../../../wwwroot/js/log/merge.js";
import { deltaOf, footWords, newWords } from "../../../wwwroot/js/log/words.js";
import { downloadQuery, jsonlOf } from "../../../wwwroot/js/log/download.js";

const line = (text, time = "2026-01-02T03:04:05.000000000Z") => ({ kind: "line", stream: "out", text, time });

test("lines are chosen from the first to the last, either way, with what is folded", () => {
  const buffer = new LogBuffer();
  buffer.refresh({ fold: true });
  for (const text of ["a", "ERROR b", "  at c", "\x1b[31md\x1b[0m"]) buffer.push(line(text));
  const selection = new Selection();
  selection.take(3);
  selection.take(1, true);
  assert.deepEqual([selection.has(0), selection.has(2), selection.has(3)], [false, true, true]);
  assert.equal(textOf(selection.entries(buffer)), "ERROR b\n  at c\nd\n");
  selection.take(0);
  assert.equal(textOf(selection.entries(buffer), { time: true }), "2026-01-02T03:04:05.000000000Z a\n");
});

test("what is missing is said in a copy, too", () => {
  assert.equal(textOf([{ kind: "gap", gap: { count: 2, reason: "viewer too slow" } }]), "--- 2 lines are missing: viewer too slow ---\n");
});

test("only choices that are known are taken", () => {
  assert.deepEqual(known({ wrap: true, time: "delta", out: "no", level: "error", __proto__: { err: 1 } }), { wrap: true, time: "delta" });
  assert.deepEqual(known(null), {});
});

test("a choice is sent once after several changes, with the page's token; a failure is said once", async t => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const failures = [];
  let status = 204;
  const keep = keeper("preferences/log", "tok", { time: "utc", err: "no" }, { fetch: async (address, request) => (sent.push([address, request.method, request.headers.RequestVerificationToken, request.body]), new Response(null, { status })), onFailure: words => failures.push(words) });
  keep({ wrap: true });
  keep({ wrap: false, text: "secret" });
  keep({ level: "error" });
  t.mock.timers.tick(400);
  assert.deepEqual(sent, [["preferences/log", "PUT", "tok", '{"time":"utc","wrap":false}']]);
  status = 500;
  for (let i = 0; i < 2; i++) {
    keep({ wrap: true });
    t.mock.timers.tick(400);
    await new Promise(setImmediate);
  }
  assert.equal(failures.length, 1);
});

test("a choice that waits is sent when the document goes, and not again", t => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const leaving = new EventTarget();
  const keep = keeper("preferences/log", "tok", {}, { fetch: async (_, request) => (sent.push([request.body, request.keepalive]), new Response(null, { status: 204 })), onFailure: assert.fail, leaving });
  leaving.dispatchEvent(new Event("pagehide"));
  keep({ wrap: true });
  leaving.dispatchEvent(new Event("pagehide"));
  t.mock.timers.tick(400);
  assert.deepEqual(sent, [['{"wrap":true}', true]]);
});

test("several logs come in the order of their times, after a moment; what is later is counted", () => {
  let now = 0;
  const merge = new Merge(2, { now: () => now });
  const at = (text, time) => line(text, `2026-01-02T03:04:${time}Z`);
  merge.add([at("b", "05.5"), at("c", "06")]);
  now = 500;
  assert.deepEqual(merge.take(), []);
  merge.add([at("a", "05.45"), at("d", "09")]);
  merge.ready(0);
  merge.ready(1);
  assert.deepEqual(merge.take().map(entry => entry.text), ["a", "b", "c"]);
  now = 1000;
  assert.deepEqual(merge.take().map(entry => entry.text), ["d"]);
  merge.add([at("late", "08")]);
  now = 1500;
  assert.deepEqual([merge.take()[0].late, merge.late], [true, 1]);
});

test("times since the line before, sums for readers, the foot of the past", () => {
  assert.deepEqual(["05.012", "35.0", "59.9"].map(time => deltaOf(`2026-01-02T03:04:${time}Z`, "2026-01-02T03:04:05Z")), ["+0.012 s", "+30.0 s", "+54.9 s"]);
  assert.equal(deltaOf("2026-01-02T03:04:04Z", "2026-01-02T03:04:05Z"), "\u22121.000 s");
  assert.deepEqual([newWords(1, 0), newWords(42, 2)], ["1 new line", "42 new lines, 2 errors"]);
  assert.equal(footWords({ state: { name: "live" }, place: { first: 1, last: 20, total: 1000 } }, "utc"), "live \u00b7 earlier lines: 1 to 20 of 1,000");
});

test("a download asks only for what is not as usual", () => {
  assert.equal(downloadQuery({}), "");
  assert.equal(downloadQuery({ format: "jsonl", gzip: true, timestamps: true, since: "x" }), "format=jsonl&gzip=true&since=x");
});

test("several logs are saved with the name of each line's instance, marks and gaps too", () => {
  const one = { ...line("a", "2026-01-02T03:04:05Z"), source: 0, cursor: "c", number: 1 };
  const gap = { kind: "gap", gap: { from: "x" }, source: 1 };
  const event = { kind: "event", event: { type: "exit", words: "code 3" }, source: 1 };
  const saved = jsonlOf([one, gap, event], ["web", "db"]).trimEnd().split("\n").map(JSON.parse);
  assert.deepEqual(saved.map(each => each.instance), ["web", "db", "db"]);
  assert.deepEqual([saved[0].text, saved[0].time, saved[0].cursor, saved[1].gap.from, saved[2].event.words], ["a", "2026-01-02T03:04:05Z", undefined, "x", "code 3"]);
});
