import test from "node:test";
import assert from "node:assert/strict";
import { followStats } from "../../../wwwroot/js/stats/stream.js";

const answer = (...lines) => new Response(lines.map(line => `${JSON.stringify(line)}\n`).join(""), { headers: { "Content-Type": "application/x-ndjson" } });

async function run(...answers) {
  const abort = new AbortController();
  const seen = { samples: [], states: [], waits: [] };
  await followStats({
    url: "stats/x",
    signal: abort.signal,
    fetch: async () => answers.shift() ?? (abort.abort(), answer()),
    wait: async milliseconds => void seen.waits.push(milliseconds),
    onRecord: sample => seen.samples.push(sample.time),
    onState: state => seen.states.push(state.name),
  });
  return seen;
}

test("samples are passed on, and a stream that breaks is taken up again", async () => {
  const seen = await run(answer({ sample: { time: 1 } }, { sample: { time: 2 } }), answer({ sample: { time: 3 } }, { deleted: true }));
  assert.deepEqual(seen.samples, [1, 2, 3]);
  assert.deepEqual(seen.states, ["live", "live", "reconnecting", "live", "deleted"]);
  assert.deepEqual(seen.waits, [250]);
});

test("an instance that does not run is idle, and may run again", async () => {
  const seen = await run(answer({ ping: 1, state: "exited" }, { ping: 2, state: "running" }, { sample: { time: 3 } }, { deleted: true }));
  assert.deepEqual(seen.states, ["idle", "live", "live", "deleted"]);
});

test("a final no ends it", async () => {
  const seen = await run(new Response(JSON.stringify({ detail: "No." }), { status: 404 }));
  assert.deepEqual(seen.states, ["refused"]);
  assert.deepEqual(seen.waits, []);
});
