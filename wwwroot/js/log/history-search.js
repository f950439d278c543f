// Looks for something in all that is kept of a log, at the server. Pure but for fetch.

import { readRecords } from "./stream.js";

/** The query of a rule. */
export function queryOf({ text, regex, inverse, level, out, err }, limit = 1000) {
  const query = new URLSearchParams({ limit: String(limit) });
  if (text) query.set("q", text);
  if (text && regex) query.set("regex", "true");
  if (text && inverse) query.set("inverse", "true");
  if (level) query.set("level", level);
  if (out !== err) query.set("stream", out ? "out" : "err");
  return query;
}

/** Newest first. `onMatches` takes arrays, `onProgress` { lines, total, matches, reading }. Returns { lines, matches, limited }. */
export async function searchHistory({ address, query, signal, fetch, onMatches, onProgress }) {
  let done = null;
  await readRecords(`${address}/search?${query}`, {
    signal,
    fetch,
    onRecords: records => {
      const matches = [];
      for (const record of records) {
        if (record.match) matches.push(record.match);
        else if (record.progress) onProgress(record.progress);
        else if (record.done) done = record.done;
      }
      if (matches.length > 0) onMatches(matches);
      return done !== null;
    },
  });
  if (!done) throw new Error("The search stopped before its end.");
  return done;
}

/** How far a search is: words, and a share from 0 to 1 when it can be told. */
export function progressOf({ lines, total, matches, reading }, number) {
  const found = `${number(matches)} ${matches === 1 ? "line" : "lines"} found`;
  if (reading) return { share: null, words: `${found} \u00b7 reading older lines, ${number(lines)} so far` };
  const share = total > 0 ? Math.min(1, lines / total) : null;
  return { share, words: share === null ? found : `${found} \u00b7 ${Math.floor(share * 100)} % of ${number(total)} lines` };
}
