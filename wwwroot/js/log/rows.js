// Draws an entry into its row: text nodes and spans only.

import { parse, plain } from "./ansi.js";
import { fieldsOf, summaryOf } from "./fields.js";
import { tableNode } from "./field-table.js";
import { levelOf } from "./level.js";
import { readable } from "./reader.js";
import { hitsOf } from "./rule.js";
import { clock, deltaOf, gapWords, markName, markWords, number, timeOf } from "./words.js";

/** A longer line is shown up to here. */
export const displayLimit = 10_000;
const structuredLimit = 65_536;
const levelLimit = 1000;
const marks = new Set(["start", "stop", "exit", "oom", "error", "pause", "health", "first"]);

export class RowPainter {
  /** @param names of the instances, when there are several. @param listId begins the ids of rows that are read. */
  constructor(settings, names, listId) {
    Object.assign(this, { settings, names, listId });
  }

  fill(row, entry, before, folded = 0) {
    if (entry.kind === "line") this.fillLine(row, entry, before, folded);
    else this.fillMark(row, entry);
    if (this.settings.reader) readable(row, `${this.listId}-${entry.seq}`);
    else if (row.id) for (const name of ["id", "role", "aria-selected"]) row.removeAttribute(name);
  }

  fillLine(row, entry, before, folded) {
    const level = levelOf(plain(entry.text.slice(0, levelLimit)));
    const group = entry.group && entry.group.entries[0] !== entry ? " log-more-of" : "";
    row.className = `log-row${entry.stream === "err" ? " log-err" : ""}${level ? ` log-${level}` : ""}${group}${entry.open ? " log-opened" : ""}`;
    const short = structured(entry) ? parsed(entry) : null;
    const parts = [...this.prefix(entry, before), element("span", `log-caret${short || folded || (entry.group?.trace && !group) ? ` log-caret-${entry.open || (!short && !folded) ? "open" : "closed"}` : ""}`)];
    parts.push(short && this.settings.fields ? this.summary(short) : this.text(entry));
    if (folded) parts.push(element("span", "log-folded", `+${number(folded - 1)} ${folded === 2 ? "line" : "lines"}`));
    if (entry.open && short) {
      const line = element("div", "log-line");
      line.append(...parts);
      row.replaceChildren(line, tableNode(short));
    } else row.replaceChildren(...parts);
  }

  fillMark(row, entry) {
    const { time } = this.settings;
    row.className = `log-mark log-${entry.kind}${entry.kind === "event" ? ` log-event-${marks.has(entry.event.type) ? entry.event.type : "other"}` : ""}`;
    const words = entry.kind === "gap" ? gapWords(entry.gap, time) : markWords(entry.event.words);
    const parts = [element("span", "log-mark-name", entry.kind === "gap" ? "Gap" : markName(entry.event.type)), element("span", "log-mark-words", plain(words))];
    if (this.names) parts.unshift(this.source(entry));
    if (entry.kind === "event") parts.push(element("span", "log-rule"), element("span", "log-time", clock(entry.event.time, time)));
    row.replaceChildren(...parts);
  }

  prefix(entry, before) {
    const { settings } = this;
    const parts = [element("span", "log-tick")];
    if (settings.numbers) parts.push(element("span", "log-number", entry.number ? String(entry.number + (settings.numberOffset?.(entry) ?? 0)) : ""));
    if (settings.time === "delta") parts.push(element("span", "log-time", before?.kind === "line" ? deltaOf(entry.time, before.time) : timeOf(entry.time, "local", { short: true })));
    else if (settings.time !== "off") parts.push(element("span", "log-time", timeOf(entry.time, settings.time, { short: settings.short })));
    if (this.names) parts.push(this.source(entry));
    parts.push(element("span", "log-stream", entry.stream));
    return parts;
  }

  source(entry) {
    const name = element("bdi", `log-source log-source-${(entry.source ?? 0) % 8}`, this.names[entry.source ?? 0]);
    name.title = entry.late ? `${name.textContent}: came later than its time` : name.textContent;
    return name;
  }

  summary(short) {
    const { level, message, rest } = summaryOf(short);
    const holder = element("bdi", "log-text");
    const parts = [];
    if (level) parts.push([level, "log-level"]);
    if (message) parts.push([message, ""]);
    if (rest) parts.push([rest, "log-rest"]);
    parts.forEach(([text, className], i) => {
      const shown = plain(text).slice(0, displayLimit);
      if (i > 0) holder.append(" ");
      const nodes = marked(shown, 0, this.hits(shown));
      if (!className) holder.append(...nodes);
      else {
        const span = element("span", className);
        span.append(...nodes);
        holder.append(span);
      }
    });
    return holder;
  }

  text(entry) {
    const text = entry.text.length > displayLimit ? entry.text.slice(0, displayLimit) : entry.text;
    const holder = element("bdi", "log-text");
    const parts = parse(text);
    const hits = this.hits(parts.map(part => part.text).join(""));
    let offset = 0;
    for (const part of parts) {
      const nodes = marked(part.text, offset, hits);
      offset += part.text.length;
      if (part.classes) {
        const span = element("span", part.classes);
        span.append(...nodes);
        holder.append(span);
      } else holder.append(...nodes);
    }
    if (text !== entry.text) holder.append(element("span", "log-cut", ` ${number(entry.text.length - displayLimit)} more characters: see the download`));
    else if (entry.cut) holder.append(element("span", "log-cut", " cut: the line is longer than 64 KiB"));
    return holder;
  }

  hits(text) {
    const { rule } = this.settings;
    return rule?.seeks ? hitsOf(text, rule.pattern) : [];
  }
}

/** Whether a line may have fields, before anything is parsed. */
export function structured(entry) {
  if (entry.text.length > structuredLimit) return false;
  const first = entry.text.charCodeAt(0);
  return first === 123 || first === 32 || first === 27 || entry.text.includes("=");
}

export const parsed = entry => fieldsOf(plain(entry.text));

function marked(text, offset, hits) {
  const nodes = [];
  let last = 0;
  for (const [start, end] of hits) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, text.length);
    if (from >= to) continue;
    if (from > last) nodes.push(document.createTextNode(text.slice(last, from)));
    nodes.push(element("mark", "log-hit", text.slice(from, to)));
    last = to;
  }
  if (last < text.length) nodes.push(document.createTextNode(text.slice(last)));
  return nodes;
}

export function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
