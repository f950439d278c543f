// Lines that are JSON objects or logfmt, taken apart into fields. Cheap for those that are not. Pure.

const messages = ["msg", "message", "@message", "event", "text", "log"];
const levels = ["level", "lvl", "severity", "loglevel", "log.level", "@level", "levelname"];
const times = ["time", "ts", "timestamp", "@timestamp", "t", "asctime"];
const most = 200;
const deepest = 4;
const key = /([A-Za-z_@][\w.@/-]*)=/y;
const numbers = { 10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal" };

/**
 * @param text a line without escape sequences.
 * @returns null, or { kind: "json" | "logfmt", fields: [[name, value], …] with values as text, message, level }.
 */
export function fieldsOf(text) {
  const start = text.trimStart();
  const fields = start.charCodeAt(0) === 123 /* { */ ? json(start) : logfmt(start);
  if (!fields) return null;
  const find = names => names.map(name => fields.find(([own]) => own.toLowerCase() === name)).find(Boolean);
  const level = find(levels)?.[1];
  return { kind: start[0] === "{" ? "json" : "logfmt", fields, message: find(messages), level: level && (numbers[level] ?? level), time: find(times) };
}

function json(text) {
  if (!text.trimEnd().endsWith("}")) return null;
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    // A line that only looks like JSON is a line like any other.
    return null;
  }
  const fields = [];
  flatten(value, "", 0, fields);
  return fields.length > 0 ? fields : null;
}

function flatten(value, path, depth, fields) {
  for (const [name, inner] of Object.entries(value)) {
    if (fields.length >= most) return;
    const full = path ? `${path}.${name}` : name;
    if (inner !== null && typeof inner === "object" && !Array.isArray(inner) && depth < deepest && Object.keys(inner).length > 0) flatten(inner, full, depth + 1, fields);
    else fields.push([full, typeof inner === "string" ? inner : JSON.stringify(inner)]);
  }
}

// The line begins with a pair, has two at least, and more pairs than other words.
function logfmt(text) {
  key.lastIndex = 0;
  if (!key.test(text)) return null;
  const fields = [];
  let others = 0;
  let at = 0;
  while (at < text.length && fields.length < most) {
    while (text[at] === " ") at++;
    key.lastIndex = at;
    const found = key.exec(text);
    if (found) {
      const [value, end] = valueAt(text, key.lastIndex);
      fields.push([found[1], value]);
      at = end;
    } else if (at < text.length) {
      others++;
      const next = text.indexOf(" ", at);
      at = next < 0 ? text.length : next;
    }
  }
  return fields.length >= 2 && fields.length > others ? fields : null;
}

function valueAt(text, at) {
  if (text[at] !== '"') {
    const end = text.indexOf(" ", at);
    return end < 0 ? [text.slice(at).trimEnd(), text.length] : [text.slice(at, end), end];
  }
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  const quoted = text.slice(at, end + 1);
  try {
    return [JSON.parse(quoted), end + 1];
  } catch {
    return [quoted.slice(1, -1), end + 1];
  }
}

/** A field filter is { name, value, not }. A line without the field passes only what excludes. */
export function passes(parsed, filters) {
  return filters.every(({ name, value, not }) => Boolean(parsed?.fields.some(field => field[0] === name && field[1] === value)) !== Boolean(not));
}

/** The words of a field filter's chip. */
export const filterWords = ({ name, value, not }) => `${name}${not ? " != " : " = "}${value.length > 40 ? `${value.slice(0, 40)}\u2026` : value}`;

const longestValue = 2000;
const longestRows = 20;
const shownFields = 60;

/** The rows of an opened line: [{ name, value, first }], a value of several lines takes several rows. */
export function tableOf(parsed) {
  const rows = [];
  for (const [name, value] of parsed.fields.slice(0, shownFields)) {
    const lines = value.slice(0, longestValue).split("\n").slice(0, longestRows);
    lines.forEach((line, i) => rows.push({ name: i === 0 ? name : "", value: line, whole: i === 0 ? value : null }));
  }
  return rows;
}

/** The line in short: what is said first, then the other fields. */
export function summaryOf(parsed) {
  const { fields, message, level, time } = parsed;
  const others = fields.filter(field => field !== message && field !== time && !levels.includes(field[0].toLowerCase()));
  const rest = others.map(([name, value]) => `${name}=${/[\s"]/.test(value) || value === "" ? JSON.stringify(value) : value}`).join(" ");
  return { level: level ? String(level).toUpperCase() : "", message: message?.[1].replaceAll("\n", " ") ?? "", rest };
}

export function summaryText(parsed) {
  const { level, message, rest } = summaryOf(parsed);
  return [level, message, rest].filter(Boolean).join(" ");
}
