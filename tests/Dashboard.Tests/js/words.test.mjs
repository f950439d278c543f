import test from "node:test";
import assert from "node:assert/strict";
import { levelOf } from "../../../wwwroot/js/log/level.js";
import { LogBuffer } from "../../../wwwroot/js/log/buffer.js";
import { gapWords, markName, markWords, rateOf, timeOf } from "../../../wwwroot/js/log/words.js";
import { age, ago } from "../../../wwwroot/js/age.js";

test("errors and warnings are known by the usual words, not by words that only contain them", () => {
  for (const text of ["ERROR store write failed", "2026-01-01 [error] x", 'level=error msg="x"', '{"level":"fatal"}', "panic: runtime error"]) assert.equal(levelOf(text), "error", text);
  for (const text of ["WARN memory low", "[warning] x", '{"level": "warn"}']) assert.equal(levelOf(text), "warning", text);
  for (const text of ["0 errors", "no warnings", "terror", "INFO done", ""]) assert.equal(levelOf(text), "", text);
  assert.equal(levelOf("x".repeat(1000) + " ERROR"), "");
});

test("the time of a line: local, UTC, relative to now, off, and short where there is little room", () => {
  const iso = "2026-01-02T03:04:05.678Z";
  assert.equal(timeOf(iso, "utc"), "03:04:05.678");
  assert.equal(timeOf(iso, "utc", { short: true }), "03:04:05");
  assert.equal(timeOf(iso, "relative", { now: Date.parse(iso) + 65_000 }), "1 min ago");
  assert.equal(timeOf(iso, "off"), "");
  assert.equal(timeOf("nonsense", "utc"), "");
});

test("an age is written as on the server: seconds, minutes, hours, days and hours, then a date without ago", () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);
  const after = seconds => age(at, at + seconds * 1000);
  assert.deepEqual([0, 59, 60, 3599, 3600, 86_399, 86_400, 100_000, 604_800].map(after), ["0 s", "59 s", "1 min", "59 min", "1 h", "23 h", "1 d", "1 d 3 h", "2026-01-02"]);
  assert.equal(ago(at, at + 5000), "5 s ago");
  assert.equal(ago(at, at + 604_800_000), "2026-01-02");
});

test("the rate counts the newest two seconds by the log's own clock, never the past that was loaded at once", () => {
  const line = milliseconds => ({ kind: "line", text: "x", stream: "out", time: new Date(milliseconds).toISOString() });
  const rate = entries => {
    const buffer = new LogBuffer();
    for (const entry of entries) buffer.push(entry);
    return rateOf(buffer);
  };
  const past = Array.from({ length: 1000 }, (_, i) => line(i));
  const now = Array.from({ length: 10 }, (_, i) => line(100_000 + i * 200));
  assert.equal(rate([...past, ...now]), 5);
  assert.equal(rate([...past, ...now, { kind: "gap", gap: {} }]), 6);
  assert.equal(rate(past.slice(0, 1)), 1);
  assert.equal(rate([{ ...line(0), time: undefined }]), 0);
  assert.equal(rate([]), 0);
});

test("marks have names, gaps their count, why and when", () => {
  assert.deepEqual(["start", "exit", "oom", "error", "other"].map(markName), ["Started", "Exited", "Killed", "Error", "other"]);
  assert.equal(markWords("killed: out of memory"), "out of memory");
  assert.equal(markWords("code 3 after 2 s"), "code 3 after 2 s");
  assert.equal(gapWords({ count: 1204, reason: "viewer too slow", from: "2026-01-01T10:41:07Z", to: "2026-01-01T10:41:09Z" }, "utc"), "1,204 lines are missing: viewer too slow, 10:41:07 to 10:41:09");
});
