import test from "node:test";
import assert from "node:assert/strict";
import { append, average, nearest, niceMax, path, peak, pointOf, segments, spans, thin } from "../../../wwwroot/js/stats/chart.js";

const point = (t, more = {}) => ({ t, step: 1000, cpu: 0, throttled: 0, memory: 0, pids: 1, rx: 0, tx: 0, read: 0, write: 0, ...more });
const row = (...times) => times.map(t => point(t * 1000));

test("the top of a scale is 1, 2 or 5 times a power of ten, not below the value nor the least", () => {
  assert.deepEqual([0, 999, 1001, 2000, 4100, 5e6, 7e6].map(value => niceMax(value, 1000)), [1000, 1000, 2000, 2000, 5000, 5e6, 1e7]);
});

test("a line breaks where nothing was measured, and not between coarse points", () => {
  assert.deepEqual(segments(row(1, 2, 3, 9, 10)).map(part => part.length), [3, 2]);
  assert.equal(segments([point(0, { step: 10_000 }), point(20_000, { step: 10_000 }), point(21_000)]).length, 1);
  assert.equal(segments([]).length, 0);
});

test("paths go through the points, areas close on the floor, and a lone point is a dash", () => {
  const [x, y] = [p => p.t / 1000, p => p.cpu];
  assert.equal(path([point(1000, { cpu: 5 }), point(2000, { cpu: 7.25 })], x, y), "M1 5L2 7.3");
  assert.equal(path([point(1000, { cpu: 5 }), point(2000, { cpu: 7 })], x, y, 100), "M1 5L2 7L2 100L1 100Z");
  assert.equal(path(row(3), x, y), "M2 0L4 0");
});

test("times of being held back are joined over a short break", () => {
  const points = [0, 0.5, 0.4, 0, 0.3, 0, 0, 0, 0.9].map((throttled, i) => point(i * 1000, { throttled }));
  assert.deepEqual(spans(points, "throttled", 0.02), [{ from: 0, to: 4000 }, { from: 7000, to: 8000 }]);
});

test("an average weighs each point by how long it lasts", () => {
  assert.equal(average([point(0, { cpu: 100, step: 1000 }), point(0, { cpu: 0, step: 3000 })], "cpu"), 25);
  assert.equal(average([], "cpu"), 0);
  assert.equal(peak(row(1, 2).map((p, i) => ({ ...p, cpu: i })), "cpu"), 1);
});

test("the nearest point is found, also beyond both ends", () => {
  const points = row(1, 2, 5);
  assert.deepEqual([0, 1400, 1600, 3400, 3600, 99_000].map(t => nearest(points, t)), [0, 0, 1, 1, 2, 2]);
  assert.equal(nearest([], 5), -1);
});

test("new points push old ones out, and what came already does not come twice", () => {
  const points = row(1, 2, 3);
  append(points, point(3000), 0);
  append(points, point(4000), 2000);
  assert.deepEqual(points.map(p => p.t), [2000, 3000, 4000]);
});

test("the table has averages, the highest memory, the newest first, and never too many rows", () => {
  const points = Array.from({ length: 300 }, (_, i) => point(i * 1000, { cpu: i, memory: i }));
  const rows = thin(points, 30);
  assert.equal(rows.length, 30);
  assert.deepEqual([rows[0].t, rows[0].cpu, rows[0].memory], [299_000, 294.5, 299]);
  assert.deepEqual(thin([], 30), []);
});

test("a point of the history stands at the end of its step", () => {
  const made = pointOf({ time: "2026-01-01T00:00:00Z", cpu_percent: 5, throttled: 0, memory_bytes: 1, pids: 1, rx_rate: 1, tx_rate: 2, read_rate: 3, write_rate: 4 }, 10_000);
  assert.equal(made.t, Date.parse("2026-01-01T00:00:10Z"));
  assert.deepEqual([made.cpu, made.rx, made.tx, made.read, made.write], [5, 1, 2, 3, 4]);
});
