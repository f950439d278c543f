import assert from "node:assert/strict";
import { test } from "node:test";
import { Numbers } from "../../../wwwroot/js/log/numbers.js";

const all = numbers => Array.from({ length: numbers.length }, (_, i) => numbers.at(i));

test("numbers come at the end and go at the start, in bounded space", () => {
  const numbers = new Numbers();
  for (let i = 0; i < 100_000; i++) {
    numbers.push(i * 2);
    if (i >= 1500) numbers.shift();
  }
  assert.equal(numbers.length, 1500);
  assert.deepEqual(all(numbers), Array.from({ length: 1500 }, (_, i) => (98_500 + i) * 2));
  assert.ok(numbers.values.length <= 8192, `room for ${numbers.values.length}`);
});

test("a place is found by bisection, before, between and after", () => {
  const numbers = new Numbers();
  for (const value of [5, 10, 15, 20]) numbers.push(value);
  numbers.shift();
  assert.deepEqual([0, 10, 11, 20, 21].map(wanted => numbers.indexOf(wanted)), [0, 0, 1, 2, 3]);
});

test("what is cut off or cleared is gone", () => {
  const numbers = new Numbers();
  for (const value of [5, 10, 15]) numbers.push(value);
  numbers.shift();
  numbers.cut(1);
  numbers.push(30);
  assert.deepEqual(all(numbers), [10, 30]);
  numbers.clear();
  assert.equal(numbers.length, 0);
});
