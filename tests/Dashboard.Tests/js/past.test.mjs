import test from "node:test";
import assert from "node:assert/strict";
import { Past } from "../../../wwwroot/js/log/past.js";
import { progressOf, queryOf, searchHistory } from "../../../wwwroot/js/log/history-search.js";

const answer = records => new Response(records.map(record => JSON.stringify(record)).join("\n") + "\n", { headers: { "content-type": "application/x-ndjson" } });

/** A log of so many lines: line n has the cursor "n", counted from 0. */
function server(total) {
  const asked = [];
  const fetch = async address => {
    const query = new URL(address, "http://x").searchParams;
    asked.push(address);
    const at = Number(query.get("cursor"));
    const from = Math.max(0, at - Number(query.get("before")));
    const to = Math.min(total, at + Number(query.get("after")));
    const lines = Array.from({ length: to - from }, (_, i) => ({ cursor: String(from + i), time: "2026-01-02T03:04:05Z", stream: "out", text: `line ${from + i}` }));
    return answer([{ progress: { lines: 7 } }, { window: { first_line: from + 1, total, start: from === 0, end: to === total } }, ...lines]);
  };
  return { fetch, asked };
}

const lines = past => [...past.buffer.all()].filter(entry => entry.kind === "line");

test("a place has its surroundings and its numbers", async () => {
  const progress = [];
  const past = new Past({ address: "logs/a", fetch: server(100_000).fetch, onProgress: lines => progress.push(lines) });
  await past.open({ cursor: "50000" });
  assert.deepEqual(past.place, { first: 45_001, last: 55_000, total: 100_000 });
  assert.equal(past.find("50000").number, 50_001);
  assert.deepEqual(progress, [7]);
});

test("back to the first line, however long the log is: no line twice, no hole, and no more kept than the limit", async () => {
  const past = new Past({ address: "logs/a", fetch: server(100_000).fetch });
  await past.open({ cursor: "90000" });
  while (await past.older()) assert.ok(past.buffer.size <= 30_000);
  const kept = lines(past);
  assert.deepEqual([kept[0].text, kept.at(-1).text, past.start, past.end], ["line 0", `line ${kept.length - 1}`, true, false]);
  assert.equal(past.buffer.get(past.buffer.first).event.type, "first");
});

test("and forward again to the newest", async () => {
  const past = new Past({ address: "logs/a", fetch: server(40_000).fetch, limit: 12_000 });
  await past.open({ cursor: "0" });
  while (await past.newer());
  const kept = lines(past);
  assert.deepEqual([kept.at(-1).text, kept.at(-1).number, past.end, past.start], ["line 39999", 40_000, true, false]);
  kept.forEach((line, i) => assert.equal(line.number, kept[0].number + i));
});

test("asked twice for the same, it is read once", async () => {
  const { fetch, asked } = server(50_000);
  const past = new Past({ address: "logs/a", fetch });
  await past.open({ cursor: "20000" });
  await Promise.all([past.older(), past.older()]);
  assert.equal(asked.length, 2);
});

test("what the server refuses comes with its words", async () => {
  const fetch = async () => Response.json({ detail: "There is no such instance." }, { status: 404 });
  await assert.rejects(new Past({ address: "logs/a", fetch }).open({ cursor: "1" }), /There is no such instance\./);
});

test("a search asks for what the page filters by, and tells how far it is", async () => {
  assert.equal(queryOf({ text: "a+", regex: true, inverse: false, level: "error", out: false, err: true }, 10).toString(), "limit=10&q=a%2B&regex=true&level=error&stream=err");
  const seen = [];
  const found = [];
  const done = await searchHistory({
    address: "logs/a",
    query: queryOf({ text: "x", out: true, err: true }),
    signal: new AbortController().signal,
    fetch: async () => answer([{ progress: { lines: 50, total: 100, matches: 1, reading: false } }, { match: { cursor: "9", text: "x", line: 10 } }, { done: { lines: 100, matches: 1, limited: false } }]),
    onMatches: matches => found.push(...matches),
    onProgress: progress => seen.push(progressOf(progress, String)),
  });
  assert.deepEqual([done.matches, found.length, seen], [1, 1, [{ share: 0.5, words: "1 line found \u00b7 50 % of 100 lines" }]]);
  const cut = searchHistory({ address: "logs/a", query: "", signal: new AbortController().signal, fetch: async () => answer([]), onMatches() {}, onProgress() {} });
  await assert.rejects(cut, /stopped before its end/);
});
