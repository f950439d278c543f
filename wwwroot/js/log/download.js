// The download of a log: which lines, how they are written. The server sends the file; only what the filter shows is made here.

import { fileName } from "./entries.js";
import { textOf } from "./selection.js";

/** The query of a download. Times are ISO; what is as the server does by itself is left out. */
export function downloadQuery({ format = "text", gzip = false, timestamps = false, since = null, until = null, stream = null }) {
  const query = new URLSearchParams();
  if (format !== "text") query.set("format", format);
  if (gzip) query.set("gzip", "true");
  if (timestamps && format === "text") query.set("timestamps", "true");
  if (since) query.set("since", since);
  if (until) query.set("until", until);
  if (stream) query.set("stream", stream);
  return query.toString();
}

const notes = {
  all: "Everything that is kept, whatever the filter shows.",
  screen: "From the first to the last line on the screen, with what the filter hides between them.",
  time: "In your local time. Whatever the filter shows.",
  shown: "As text, from what this page holds now. To look through everything that is kept, search it first.",
};

/** A moment for a field of the browser, in local time: 2026-01-02T03:04:05. */
const local = date => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);

export class DownloadForm {
  constructor(viewer) {
    this.viewer = viewer;
    const { downloadForm: form, downloadGo } = viewer.parts;
    form.addEventListener("input", () => this.paint());
    form.addEventListener("submit", event => {
      event.preventDefault();
      downloadGo.click();
    });
    downloadGo.addEventListener("click", event => {
      if (this.range === "shown") {
        event.preventDefault();
        this.save();
      }
      form.hidePopover();
    });
  }

  get range() {
    return this.viewer.parts.downloadRange.value;
  }

  open() {
    const { downloadFrom, downloadTo } = this.viewer.parts;
    const lines = this.viewer.view.onScreen.filter(entry => entry.time);
    if (!downloadFrom.value && lines.length > 0) downloadFrom.value = local(new Date(lines[0].time));
    if (!downloadTo.value) downloadTo.value = local(new Date());
    this.paint();
  }

  paint() {
    const { parts, sources, settings } = this.viewer;
    const { format, gzip, timestamps } = parts.downloadForm.elements;
    const { range } = this;
    parts.downloadSpan.hidden = range !== "time";
    for (const part of [format, gzip]) part.disabled = range === "shown";
    timestamps.disabled = range !== "shown" && format.value !== "text";
    const stream = range === "all" || settings.out === settings.err ? null : settings.out ? "out" : "err";
    const query = downloadQuery({ format: format.value, gzip: gzip.checked, timestamps: timestamps.checked, ...this.span(), stream });
    parts.downloadGo.href = `${sources[0].address}/download${query ? `?${query}` : ""}`;
    parts.downloadNote.textContent = notes[range] + (stream ? ` Standard ${stream === "out" ? "output" : "error"} only, as shown.` : "");
  }

  span() {
    const { downloadFrom, downloadTo } = this.viewer.parts;
    if (this.range === "time") return { since: isoOf(downloadFrom.value), until: isoOf(downloadTo.value) };
    if (this.range !== "screen") return {};
    const lines = this.viewer.view.onScreen.filter(entry => entry.kind === "line" && entry.time);
    return lines.length > 0 ? { since: lines[0].time, until: lines.at(-1).time } : {};
  }

  save() {
    const { buffer, parts, sources } = this.viewer;
    const entries = Array.from({ length: buffer.count }, (_, i) => buffer.at(i));
    const text = textOf(entries, { time: parts.downloadForm.elements.timestamps.checked });
    saveAs(fileName(sources[0].name, "log"), text, "text/plain");
  }
}

/** Saves what the filter shows of several logs, with the name of each line's instance. */
export function saveSeveral({ buffer, sources }) {
  const entries = Array.from({ length: buffer.count }, (_, i) => buffer.at(i));
  saveAs(fileName(sources.map(source => source.name).join("+"), "jsonl"), jsonlOf(entries, sources.map(source => source.name)), "application/x-ndjson");
}

/** Entries as JSON lines, each with its instance's name; marks and gaps are there, too. All lines of a folded trace come. */
export function jsonlOf(entries, names) {
  let text = "";
  for (const shown of entries) {
    const folded = shown.group?.folded && shown.group.entries[0] === shown;
    for (const entry of folded ? shown.group.entries : [shown]) {
      const instance = names[entry.source];
      const { time, stream, cut, event, gap } = entry;
      text += `${JSON.stringify(entry.kind === "line" ? { instance, time, stream, text: entry.text, cut } : event ? { instance, event } : { instance, gap })}\n`;
    }
  }
  return text;
}

function saveAs(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function isoOf(value) {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
