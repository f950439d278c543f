// The words and numbers of the viewer. Pure.

import { ago } from "../age.js";

const pad = (n, width) => String(n).padStart(width, "0");

/** The time of a line as the viewer shows it: "local", "utc", "relative" or "off" ("delta": see below); without milliseconds when it is to be short. */
export function timeOf(iso, mode, { short = false, now = Date.now() } = {}) {
  if (mode === "off" || !iso) return "";
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  if (mode === "relative") return ago(date.getTime(), now);
  const parts = mode === "utc"
    ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds()]
    : [date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds()];
  const clock = parts.slice(0, 3).map(part => pad(part, 2)).join(":");
  return short ? clock : `${clock}.${pad(parts[3], 3)}`;
}

/** The time since the line before: "+0.012 s", "+3 min". */
export function deltaOf(iso, before) {
  const passed = Date.parse(iso) - Date.parse(before);
  if (Number.isNaN(passed)) return "";
  const size = Math.abs(passed);
  const sign = passed < 0 ? "\u2212" : "+";
  if (size < 10_000) return `${sign}${(size / 1000).toFixed(3)} s`;
  if (size < 60_000) return `${sign}${(size / 1000).toFixed(1)} s`;
  if (size < 3_600_000) return `${sign}${Math.floor(size / 60_000)} min`;
  return `${sign}${Math.floor(size / 3_600_000)} h`;
}

/** The same as a clock time, whatever the lines show. */
export const clock = (iso, mode) => timeOf(iso, mode === "utc" ? "utc" : "local", { short: true });

const window = 2000;

/** Lines per second over the newest two seconds of a buffer, by the lines' own times. Looks at few of them: there may be many. */
export function rateOf(buffer) {
  const newest = Date.parse(buffer.timeAt(buffer.next - 1));
  return Number.isNaN(newest) ? 0 : Math.round(buffer.countSince(new Date(newest - window).toISOString()) / (window / 1000));
}

/** The words of a mark, without what its name says already. */
export const markWords = words => words.replace(/^(?:killed|exited): /, "");

/** The name of a mark between the lines. */
export const markName = type => names[type] ?? type;

const names = {
  start: "Started",
  stop: "Stopped",
  exit: "Exited",
  oom: "Killed",
  pause: "Paused",
  unpause: "Unpaused",
  health: "Health",
  snapshot: "Snapshot",
  terminal: "Terminal",
  error: "Error",
  first: "Beginning",
};

export const number = n => n.toLocaleString("en");

export function gapWords({ count, reason, from, to }, mode) {
  const many = count == null ? "Lines are missing" : `${number(count)} ${count === 1 ? "line is" : "lines are"} missing`;
  const span = from && to ? `, ${clock(from, mode)} to ${clock(to, mode)}` : "";
  return `${many}: ${reason}${span}`;
}

/** The foot: never the word complete when something is missing. `place` says what part of the past is on the screen. */
export function footWords({ state, since, gaps, rate, dropped, paused, source, place }, mode) {
  if (place) return [stateWords(state), placeWords(place)].filter(Boolean).join(" \u00b7 ");
  if (source && state.name === "live") return paused ? `paused \u00b7 ${source}` : source;
  const parts = [paused && state.name === "live" ? "paused" : stateWords(state)];
  if (state.name === "refused" && !since) return parts[0];
  if (since) parts.push(`${gaps || dropped ? "kept" : "complete"} since ${clock(since, mode)}`);
  parts.push(gaps === 1 ? "1 gap" : `${gaps} gaps`);
  if (dropped) parts.push(`${number(dropped)} older lines left this page`);
  if (state.name === "live") parts.push(`${number(rate)} ${rate === 1 ? "line" : "lines"}/s`);
  return parts.join(" \u00b7 ");
}

export const placeWords = ({ first, last, total }) => (total ? `earlier lines: ${number(first)} to ${number(last)} of ${number(total)}` : "earlier lines");

/** How many lines there are new, and how many of them are errors: for reading aloud. */
export function newWords(lines, errors) {
  const many = `${number(lines)} new ${lines === 1 ? "line" : "lines"}`;
  return errors ? `${many}, ${number(errors)} ${errors === 1 ? "error" : "errors"}` : many;
}

export function stateWords(state) {
  switch (state.name) {
    case "live":
      return "live";
    case "ended":
      if (state.end.exit_code != null) return `ended (exited, code ${state.end.exit_code})`;
      return `ended (${state.end.reason})`;
    case "reconnecting":
      return `reconnecting: ${state.words}`;
    case "partly":
      return state.words;
    case "refused":
      return state.status === 401 ? "signed out: sign in again to go on" : state.words;
    default:
      return "connecting";
  }
}
