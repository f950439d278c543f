// The words and numbers of the viewer. Pure.

const pad = (n, width) => String(n).padStart(width, "0");

/** The time of a line as the viewer shows it: "local", "utc" or "off". */
export function timeOf(iso, mode) {
  if (mode === "off" || !iso) return "";
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  return mode === "utc"
    ? `${pad(date.getUTCHours(), 2)}:${pad(date.getUTCMinutes(), 2)}:${pad(date.getUTCSeconds(), 2)}.${pad(date.getUTCMilliseconds(), 3)}`
    : `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}.${pad(date.getMilliseconds(), 3)}`;
}

/** The same without milliseconds. */
export const clock = (iso, mode) => timeOf(iso, mode === "off" ? "local" : mode).slice(0, 8);

export const number = n => n.toLocaleString("en");

export function gapWords({ count, reason, from, to }, mode) {
  const many = count == null ? "Lines are missing" : `${number(count)} ${count === 1 ? "line is" : "lines are"} missing`;
  const span = from && to ? `, ${clock(from, mode)} to ${clock(to, mode)}` : "";
  return `${many}: ${reason}${span}`;
}

/** The foot: never the word complete when something is missing. */
export function footWords({ state, since, gaps, rate, dropped, paused, source }, mode) {
  if (source && state.name === "live") return paused ? `paused \u00b7 ${source}` : source;
  const parts = [paused && state.name === "live" ? "paused" : stateWords(state)];
  if (since) parts.push(`${gaps || dropped ? "kept" : "complete"} since ${clock(since, mode)}`);
  parts.push(gaps === 1 ? "1 gap" : `${gaps} gaps`);
  if (dropped) parts.push(`${number(dropped)} older lines left this page`);
  if (state.name === "live") parts.push(`${number(rate)} ${rate === 1 ? "line" : "lines"}/s`);
  return parts.join(" \u00b7 ");
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
    case "refused":
      return state.status === 401 ? "signed out: sign in again to go on" : state.words;
    default:
      return "connecting";
  }
}
