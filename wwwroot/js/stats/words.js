// The words and figures of the charts: MiB and GiB for memory, kB, MB and GB for bytes moved, as Units.cs writes them. Pure.

const figure = (value, digits) => String(Number(value.toFixed(digits)));

/** Always the same number of digits for a size of figure, so that it does not flicker: 0.4 %, 12 %. */
export const percent = share => (share * 100 < 9.95 ? `${(share * 100).toFixed(1)} %` : `${Math.round(share * 100)} %`);

export function bytes(value) {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} GB`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} MB`;
  if (value >= 1e3) return `${(value / 1e3).toFixed(1)} kB`;
  return `${Math.round(value)} B`;
}

export const rate = value => `${bytes(value)}/s`;

export function memory(value) {
  const mebibytes = value / 2 ** 20;
  return mebibytes >= 1024 ? `${(mebibytes / 1024).toFixed(2)} GiB` : mebibytes >= 9.95 ? `${Math.round(mebibytes)} MiB` : `${mebibytes.toFixed(1)} MiB`;
}

/** A flavor's limit, without zeros that say nothing: 512 MiB, 1.5 GiB. */
export const memoryLimit = value => (value >= 2 ** 30 ? `${figure(value / 2 ** 30, 2)} GiB` : `${figure(value / 2 ** 20, 1)} MiB`);

export const cpus = limitPercent => `${figure(limitPercent / 100, 2)} vCPU`;

/** What being held back means; empty below half a percent, which nobody feels. */
export const throttleWords = (share, limitPercent) => (share < 0.005 ? "" : `throttled ${percent(share)} of the time: the flavor's ${cpus(limitPercent)} ${limitPercent > 100 ? "are" : "is"} used up`);

const pad = n => String(n).padStart(2, "0");

/** A moment on the axis: seconds only where they matter. */
export function clock(t, seconds = true) {
  const date = new Date(t);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}${seconds ? `:${pad(date.getSeconds())}` : ""}`;
}

/** What the foot says of the source. */
export function stateWords(state, until) {
  switch (state.name) {
    case "live":
      return "live \u00b7 one sample a second";
    case "idle":
      return until !== undefined ? `not running (${state.state}): this is what it used until ${clock(until)}` : `not running (${state.state})`;
    case "deleted":
      return "deleted: this is what it used last";
    case "reconnecting":
      return `reconnecting: ${state.words}`;
    case "refused":
      return state.status === 401 ? "signed out: sign in again to go on" : state.words;
    default:
      return "connecting";
  }
}
