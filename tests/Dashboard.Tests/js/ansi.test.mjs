import test from "node:test";
import assert from "node:assert/strict";
import { parse, plain, visible } from "../../../wwwroot/js/log/ansi.js";

test("plain text is one part without classes", () => {
  assert.deepEqual(parse("hello <b>"), [{ text: "hello <b>", classes: "" }]);
});

test("sixteen colours, bold, dim and underline become classes", () => {
  assert.deepEqual(parse("\x1b[31mred\x1b[0m \x1b[1;4;92mok\x1b[22;24;39m."), [
    { text: "red", classes: "fg-red" },
    { text: " ", classes: "" },
    { text: "ok", classes: "fg-br-green bold underline" },
    { text: ".", classes: "" },
  ]);
});

test("256 colours and true colour map to the sixteen", () => {
  assert.equal(parse("\x1b[38;5;196mx")[0].classes, "fg-br-red");
  assert.equal(parse("\x1b[38;2;10;20;250mx")[0].classes, "fg-br-blue");
  assert.equal(parse("\x1b[48;5;2mx")[0].classes, "bg-green");
  assert.equal(parse("\x1b[38;5;999mx")[0].classes, "");
});

test("other escapes are stripped: cursor moves, titles, links, unfinished ones", () => {
  assert.equal(plain("a\x1b[2Kb\x1b[10;10Hc\x1b]0;title\x07d\x1b]8;;http://evil\x1b\\e\x1b[?25lf\x1b(Bg"), "abcdefg");
  assert.equal(plain("tail\x1b]0;never ends"), "tail");
  assert.equal(plain("x\x1b"), "x");
});

test("control and direction characters are shown, not obeyed", () => {
  assert.equal(visible("a\u0000b\u0008c\u007f"), "a\u2400b\u2408c\u2421");
  assert.equal(visible("user\u202etxt.exe"), "user\u27e8U+202E\u27e9txt.exe");
  assert.equal(plain("progress 1\rprogress 2\r"), "progress 1\u240dprogress 2");
  assert.equal(plain("tab\tstays é 漢 👩‍💻"), "tab\tstays é 漢 👩‍💻");
});

test("classes never hold anything from the text", () => {
  for (const part of parse("\x1b[31;evil\"><script>mx\x1b[3;1;4;7;32;41my")) assert.match(part.classes, /^[a-z -]*$/);
});

test("a hostile line of many escapes takes no long time", () => {
  const start = performance.now();
  plain("\x1b[".repeat(30_000));
  plain("\x1b]".repeat(30_000));
  assert.ok(performance.now() - start < 1000);
});
