import test from "node:test";
import assert from "node:assert/strict";
import { bytes, cpus, memory, memoryLimit, percent, rate, stateWords, throttleWords } from "../../../wwwroot/js/stats/words.js";

test("figures have units, and as many digits as help", () => {
  assert.deepEqual([0, 0.004, 0.0994, 0.0996, 1].map(percent), ["0.0 %", "0.4 %", "9.9 %", "10 %", "100 %"]);
  assert.deepEqual([0, 999, 1500, 2.5e6, 3e9].map(bytes), ["0 B", "999 B", "1.5 kB", "2.5 MB", "3.0 GB"]);
  assert.equal(rate(1500), "1.5 kB/s");
  assert.deepEqual([638_976, 2 ** 25, 1.5 * 2 ** 30].map(memory), ["0.6 MiB", "32 MiB", "1.50 GiB"]);
  assert.deepEqual([2 ** 29, 1.5 * 2 ** 30].map(memoryLimit), ["512 MiB", "1.5 GiB"]);
});

test("being held back is said in words, with the flavor that is used up, and not when nobody feels it", () => {
  assert.equal(throttleWords(0.34, 100), "throttled 34 % of the time: the flavor's 1 vCPU is used up");
  assert.equal(throttleWords(0.34, 200), "throttled 34 % of the time: the flavor's 2 vCPU are used up");
  assert.equal(throttleWords(0.004, 100), "");
  assert.equal(cpus(20), "0.2 vCPU");
});

test("the foot says what the figures are worth", () => {
  assert.equal(stateWords({ name: "live" }), "live · one sample a second");
  assert.match(stateWords({ name: "idle", state: "exited" }, 0), /^not running \(exited\): this is what it used until \d\d:\d\d:\d\d$/);
  assert.equal(stateWords({ name: "refused", status: 401 }), "signed out: sign in again to go on");
  assert.equal(stateWords({ name: "refused", status: 404, words: "gone" }), "gone");
});
