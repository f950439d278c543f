import test from "node:test";
import assert from "node:assert/strict";
import { attach, whyNotTar } from "../../../wwwroot/js/upload.js";

function tar() {
  const bytes = new Uint8Array(1024);
  bytes.set(new TextEncoder().encode("manifest.json"));
  bytes.set(new TextEncoder().encode("        "), 148);
  const sum = bytes.slice(0, 512).reduce((all, value) => all + value, 0);
  bytes.set(new TextEncoder().encode(sum.toString(8).padStart(6, "0") + "\0 "), 148);
  return bytes;
}

/** A page, an input, a drop zone and a request that a test moves by hand. */
function stage() {
  const input = Object.assign(new EventTarget(), { files: [], value: "x", disabled: false });
  const zone = Object.assign(new EventTarget(), { classList: { add() { }, remove() { } } });
  const told = [];
  let heard;
  const page = { invokeMethodAsync: async (...call) => { told.push(call); heard?.(); } };
  globalThis.addEventListener = () => undefined;
  globalThis.XMLHttpRequest = class {
    upload = {};
    headers = {};
    open(method, address) { Object.assign(this, { method, address }); }
    setRequestHeader(name, value) { this.headers[name] = value; }
    send(body) { this.body = body; globalThis.lastRequest = this; }
    abort() { this.aborted = true; }
  };
  return { input, zone, told, page, next: () => new Promise(resolve => { heard = resolve; }) };
}

async function chosen(bytes = tar()) {
  const s = stage();
  const transfer = attach(s.input, s.zone, s.page);
  s.input.files = [new File([bytes], "web.tar")];
  const heard = s.next();
  s.input.dispatchEvent(new Event("change"));
  await heard;
  return { ...s, transfer };
}

test("a file that was chosen before the script came is taken", async () => {
  const s = stage();
  s.input.files = [new File([tar()], "early.tar")];
  const heard = s.next();
  attach(s.input, s.zone, s.page);
  await heard;
  assert.deepEqual(s.told, [["OnChosen", "early.tar", 1024, null]]);
});

test("a tar is recognised by its header, other files by what they are", () => {
  assert.equal(whyNotTar(tar()), null);
  assert.match(whyNotTar(new Uint8Array([0x1f, 0x8b])), /gunzip/);
  assert.match(whyNotTar(new Uint8Array([1, 2, 3])), /not a tar/);
  assert.match(whyNotTar(new Uint8Array()), /empty/);
});

test("a chosen file is told with name, size and no objection", async () => {
  const { told } = await chosen();
  assert.deepEqual(told, [["OnChosen", "web.tar", 1024, null]]);
});

test("a file that is no tar is told with the reason", async () => {
  const { told } = await chosen(new Uint8Array([1]));
  assert.match(told[0][3], /not a tar/);
});

test("the file is posted with the form's token, and progress and end are told", async () => {
  const { transfer, told } = await chosen();
  transfer.start("images/1/file", "form-token");
  const request = globalThis.lastRequest;
  assert.equal(request.method, "POST");
  assert.equal(request.headers.RequestVerificationToken, "form-token");
  assert.equal(request.body.name, "web.tar");
  request.upload.onprogress({ loaded: 1024, total: 1024 });
  Object.assign(request, { status: 204, responseText: "" });
  request.onload();
  assert.equal(told[1][0], "OnProgress");
  assert.equal(told[1][1], 1024);
  assert.deepEqual(told[2], ["OnEnded", true, ""]);
});

test("the server's words and an ended sign-in reach the page", async () => {
  for (const [status, body, words] of [[413, '{"detail":"Not uploaded. Too large."}', "Not uploaded. Too large."], [401, "", "Not uploaded. Your sign-in has ended. Sign in and try again."]]) {
    const { transfer, told } = await chosen();
    transfer.start("images/1/file", "t");
    Object.assign(globalThis.lastRequest, { status, responseText: body });
    globalThis.lastRequest.onload();
    assert.deepEqual(told.at(-1), ["OnEnded", false, words]);
  }
});

test("a cancelled upload is aborted and tells no end", async () => {
  const { transfer, told } = await chosen();
  transfer.start("images/1/file", "t");
  assert.equal(transfer.cancel(), true);
  assert.equal(globalThis.lastRequest.aborted, true);
  globalThis.lastRequest.onerror();
  assert.equal(told.length, 1);
  assert.equal(transfer.cancel(), false);
});

test("two files at once are refused", async () => {
  const s = stage();
  attach(s.input, s.zone, s.page);
  const heard = s.next();
  s.zone.dispatchEvent(Object.assign(new Event("drop"), { dataTransfer: { files: [1, 2] } }));
  await heard;
  assert.match(s.told[0][3], /one archive/);
});
