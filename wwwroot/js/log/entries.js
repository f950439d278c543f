// What the page keeps of the records that the server sends. Pure.

/** A record as an entry of a buffer; null for what is not shown. `source` is the number of the instance among several. */
export function entryOf(record, source) {
  if (record.gap) return { kind: "gap", gap: record.gap, source };
  if (record.event) return { kind: "event", event: record.event, source };
  if (record.text === undefined) return null;
  const { text, stream, time, cursor, cut } = record;
  return { kind: "line", text, stream, time, cursor, cut, source, number: 0, group: null, rule: null, hit: false, open: false };
}

/** A file name that says nothing dangerous to any system. */
export const fileName = (name, ending) => `${name.replace(/[^\w.-]+/g, "_").replace(/^[._]+/, "").slice(0, 80) || "log"}.${ending}`;
