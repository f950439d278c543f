// The geometry of the charts. Pure.

/** The smallest of 1, 2, 5 times a power of ten that is not below the value, and not below the least. */
export function niceMax(value, least) {
  const wanted = Math.max(value, least);
  const power = 10 ** Math.floor(Math.log10(wanted));
  // A figure that stands on a step in spirit does not jump a step because of the last bit of a float.
  return [1, 2, 5, 10].map(n => n * power).find(n => n >= wanted * (1 - 1e-9));
}

/** Breaks where nothing was measured: a line over a gap would be invented. A point's step says how long it lasts, in milliseconds. */
export function segments(points) {
  const found = [];
  for (const point of points) {
    const before = found.at(-1)?.at(-1);
    if (before && point.t - before.t <= 2.5 * Math.max(point.step, before.step)) found.at(-1).push(point);
    else found.push([point]);
  }
  return found;
}

/** The outline as an SVG path; with a floor it is closed down to it. A lone point is a short dash, or it could not be seen. */
export function path(points, x, y, floor) {
  return segments(points).map(segment => {
    const ends = segment.length === 1 ? [[x(segment[0]) - 1, y(segment[0])], [x(segment[0]) + 1, y(segment[0])]] : segment.map(point => [x(point), y(point)]);
    const line = ends.map(([px, py], i) => `${i ? "L" : "M"}${round(px)} ${round(py)}`).join("");
    return floor === undefined ? line : `${line}L${round(ends.at(-1)[0])} ${round(floor)}L${round(ends[0][0])} ${round(floor)}Z`;
  }).join("");
}

/** The times between which a figure stays at or above a limit, joined over breaks shorter than two steps. */
export function spans(points, field, limit) {
  const found = [];
  for (const point of points) {
    if (point[field] < limit) continue;
    const last = found.at(-1);
    if (last && point.t - last.to <= 2 * point.step) last.to = point.t;
    else found.push({ from: point.t - point.step, to: point.t });
  }
  return found;
}

/** The share of the measured time, 0 to 1: the average of a figure, each point weighed by how long it lasts. */
export function average(points, field) {
  let sum = 0;
  let time = 0;
  for (const point of points) {
    sum += point[field] * point.step;
    time += point.step;
  }
  return time ? sum / time : 0;
}

export const peak = (points, field) => points.reduce((most, point) => Math.max(most, point[field]), 0);

/** The index of the point nearest to a time; -1 when there is none. Points are in order. */
export function nearest(points, t) {
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].t < t) low = middle + 1;
    else high = middle;
  }
  return low > 0 && t - points[low - 1].t < points[low].t - t ? low - 1 : low < points.length ? low : -1;
}

/** At most so many rows for the table, newest first: averages, but the highest memory and number of processes. */
export function thin(points, rows) {
  const size = Math.ceil(points.length / rows) || 1;
  const found = [];
  for (let end = points.length; end > 0; end -= size) {
    const part = points.slice(Math.max(0, end - size), end);
    const row = { t: part.at(-1).t };
    for (const field of ["cpu", "throttled", "rx", "tx", "read", "write"]) row[field] = average(part, field);
    for (const field of ["memory", "pids"]) row[field] = peak(part, field);
    found.push(row);
  }
  return found;
}

/** A sample or a point of the history as the charts hold it: its end, its length, its figures. */
export function pointOf(record, step, now) {
  return {
    t: now ?? Date.parse(record.time) + step,
    step,
    cpu: record.cpu_percent,
    throttled: record.throttled,
    memory: record.memory_bytes,
    pids: record.pids,
    rx: record.rx_rate,
    tx: record.tx_rate,
    read: record.read_rate,
    write: record.write_rate,
  };
}

/** Adds what is newer than the last point, and lets go what is older than `from`: the same array, so that nothing is copied each second. */
export function append(points, point, from) {
  if (points.length === 0 || point.t > points.at(-1).t) points.push(point);
  let old = 0;
  while (old < points.length && points[old].t < from) old++;
  if (old > 0) points.splice(0, old);
}

const round = value => Math.round(value * 10) / 10;
