import test from "node:test";
import assert from "node:assert/strict";
import { RecordSplitter, backOff, follow, readRecords } from "../../../wwwroot/js/log/stream.js";
import { footWords, gapWords } from "../../../wwwroot/js/log/words.js";

const lineOf = n => JSON.stringify({ cursor: `${n}-0`, stream: "out", text: `line ${n}` }) + "\n";

function answer(pieces, fails) {
  const bytes = new TextEncoder();
  const body = new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece !== undefined) controller.enqueue(typeof piece === "string" ? bytes.encode(piece) : piece);
      else if (fails) controller.error(new Error("cut"));
      else controller.close();
    },
  });
  return new Response(body, { status: 200 });
}

async function run(answers) {
  const abort = new AbortController();
  const seen = { urls: [], records: [], states: [], waits: [] };
  await follow({
    url: "/logs/x",
    tail: 500,
    signal: abort.signal,
    onRecords: records => seen.records.push(...records),
    onState: state => seen.states.push(state),
    fetch: async url => {
      seen.urls.push(url);
      const next = answers.shift();
      if (next === undefined) abort.abort();
      if (typeof next !== "function") throw new TypeError("Failed to fetch");
      return next();
    },
    wait: async milliseconds => void seen.waits.push(milliseconds),
  });
  return seen;
}

test("much at once is taken in turns: others get theirs in between, and no record is lost", async () => {
  const all = Array.from({ length: 4000 }, (_, i) => i);
  const seen = [];
  let others = 0;
  const count = () => {
    others++;
    other = setTimeout(count);
  };
  let other = setTimeout(count);
  await readRecords("/logs/x", {
    signal: new AbortController().signal,
    fetch: async () => answer([all.map(lineOf).join("")]),
    onRecords: records => {
      seen.push(...records.map(record => record.text));
      for (const began = performance.now(); performance.now() - began < 10; );
      return false;
    },
  });
  clearTimeout(other);
  assert.deepEqual(seen, all.map(n => `line ${n}`));
  assert.ok(others > 2, `${others} turns of others`);
});

test("records cut anywhere are put together", () => {
  const splitter = new RecordSplitter();
  const records = [...(lineOf(1) + lineOf(2))].flatMap(c => splitter.push(c));
  assert.deepEqual(records.map(r => r.text), ["line 1", "line 2"]);
});

test("a connection that breaks is taken up after the last line", async () => {
  const seen = await run([
    () => answer([lineOf(1) + lineOf(2).slice(0, 9), lineOf(2).slice(9)], true),
    () => answer([lineOf(3)], true),
  ]);
  assert.deepEqual(seen.records.map(r => r.text), ["line 1", "line 2", "line 3"]);
  assert.deepEqual(seen.urls, ["/logs/x?follow=true&tail=500", "/logs/x?follow=true&cursor=2-0", "/logs/x?follow=true&cursor=3-0"]);
});

test("half a record at a break is dropped and comes again", async () => {
  const seen = await run([() => answer([lineOf(1) + '{"cursor":"2-'], true), () => answer([lineOf(2)], true)]);
  assert.deepEqual(seen.records.map(r => r.text), ["line 1", "line 2"]);
});

test("waits grow up to five seconds and start again after success", async () => {
  const seen = await run([1, 1, 1, 1, 1, 1, () => answer([lineOf(1)], true), 1]);
  assert.deepEqual(seen.waits, [...backOff, 5000, 250, 500]);
});

test("an end is told and looked at again, its mark comes once", async () => {
  const end = JSON.stringify({ event: { type: "exit", time: "t", words: "w" } }) + "\n" + JSON.stringify({ end: { reason: "exited", exit_code: 3 } }) + "\n";
  const seen = await run([() => answer([lineOf(1) + end]), () => answer([end])]);
  assert.equal(seen.records.length, 2);
  assert.deepEqual(seen.states.filter(s => s.name === "ended").map(s => s.end.exit_code), [3, 3]);
  assert.deepEqual(seen.waits, [3000, 3000]);
});

test("a refusal that can't change ends the following with its words", async () => {
  const seen = await run([() => new Response(JSON.stringify({ title: "No such instance." }), { status: 404 })]);
  assert.deepEqual(seen.states, [{ name: "refused", status: 404, words: "No such instance." }]);
});

test("after another source the log is asked for from its tail again", async () => {
  const console_ = JSON.stringify({ event: { type: "console", time: "t", words: "w" } }) + "\n" + JSON.stringify({ stream: "out", text: "nova's" }) + "\n";
  const seen = await run([() => answer([lineOf(1)], true), () => answer([console_], true), () => answer([lineOf(2)], true)]);
  assert.deepEqual(seen.urls, ["/logs/x?follow=true&tail=500", "/logs/x?follow=true&cursor=1-0", "/logs/x?follow=true&tail=500", "/logs/x?follow=true&cursor=2-0"]);
});

test("with lines on the page another source is asked for only after a while", async () => {
  const seen = await run([() => answer([lineOf(1)], true), 1, 1, 1, 1]);
  assert.deepEqual(seen.urls.map(url => url.includes("console=true")), [false, false, false, false, true, true]);
});

test("pings are not shown", async () => {
  const seen = await run([() => answer([JSON.stringify({ ping: "t" }) + "\n"], true)]);
  assert.deepEqual(seen.records, []);
});

test("the foot never says complete with a gap", () => {
  const base = { state: { name: "live" }, since: "2026-01-02T10:02:11Z", gaps: 0, rate: 38, dropped: 0, paused: false };
  assert.equal(footWords(base, "utc"), "live · complete since 10:02:11 · 0 gaps · 38 lines/s");
  assert.equal(footWords({ ...base, gaps: 1 }, "utc"), "live · kept since 10:02:11 · 1 gap · 38 lines/s");
  assert.equal(footWords({ ...base, state: { name: "ended", end: { reason: "exited", exit_code: 3 } } }, "utc"), "ended (exited, code 3) · complete since 10:02:11 · 0 gaps");
});

test("a gap says how many, why and from when to when", () => {
  assert.equal(gapWords({ count: 1234, reason: "viewer too slow", from: "2026-01-02T10:00:00Z", to: "2026-01-02T10:00:09Z" }, "utc"), "1,234 lines are missing: viewer too slow, 10:00:00 to 10:00:09");
  assert.equal(gapWords({ reason: "rotated away before it was read" }, "utc"), "Lines are missing: rotated away before it was read");
});
