// What an instance uses. Blazor draws the frame (StatsViewer.razor); all within it that changes is changed here.

import { append, average, nearest, niceMax, path, peak, pointOf, spans, thin } from "./stats/chart.js";
import { followStats } from "./stats/stream.js";
import { clock, cpus, memory, memoryLimit, percent, rate, stateWords, throttleWords } from "./stats/words.js";

const minute = 60_000;
const liveSeconds = 300;
const tableRows = 30;
const tableEvery = 10_000;
const pad = { top: 8, right: 1, bottom: 20, left: 0 };
const least = { bytes: 1000 };

/** Takes over a frame and follows its instance until `dispose` of what it returns is called. */
export function mount(root, url) {
  return new StatsViewer(root, url);
}

class StatsViewer {
  constructor(root, url) {
    this.root = root;
    this.url = url;
    this.seconds = liveSeconds;
    this.points = [];
    this.limits = { cpu: 0, memory: 0, pids: 0 };
    this.state = { name: "connecting" };
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-stats]")].map(part => [part.dataset.stats, part]));
    this.charts = [...root.querySelectorAll("[data-chart]")].map(figure => new Chart(figure, this));
    for (const button of root.querySelectorAll("[data-range]")) button.addEventListener("click", () => this.choose(Number(button.dataset.range)), { signal });
    this.parts.table.addEventListener("toggle", () => this.drawTable(), { signal });
    this.resizes = new ResizeObserver(() => this.invalidate());
    this.resizes.observe(root);
    this.choose(liveSeconds);
    followStats({
      url,
      signal,
      onRecord: sample => this.take(sample),
      onState: state => {
        const changed = this.state.name !== state.name;
        this.state = state;
        // What was measured while nobody was connected is in the history.
        if (changed && (state.name === "live" || state.name === "idle")) this.load();
        this.invalidate();
      },
    });
  }

  dispose() {
    this.abort.abort();
    this.resizes.disconnect();
    clearTimeout(this.again);
    cancelAnimationFrame(this.frame);
  }

  choose(seconds) {
    this.seconds = seconds;
    for (const button of this.root.querySelectorAll("[data-range]")) button.setAttribute("aria-pressed", String(Number(button.dataset.range) === seconds));
    for (const chart of this.charts) chart.point(null);
    this.load();
  }

  async load() {
    clearTimeout(this.again);
    const seconds = this.seconds;
    const loading = this.loading = {};
    try {
      const answer = await fetch(`${this.url}/history?seconds=${seconds}`, { cache: "no-store", credentials: "same-origin", redirect: "manual", signal: this.abort.signal });
      if (this.loading !== loading) return;
      if (answer.ok) this.show(await answer.json(), seconds);
    } catch {
      // The stream says that the connection is broken, and loads anew when it is not.
    }
    // Live points come by themselves; the longer ranges are averages that only the host has.
    if (seconds > liveSeconds && this.loading === loading && !this.abort.signal.aborted) this.again = setTimeout(() => this.load(), 10_000);
  }

  show(history, seconds) {
    if (seconds !== this.seconds) return;
    const step = history.step_seconds * 1000;
    const fresh = seconds === liveSeconds ? this.points.filter(point => point.step === 1000) : [];
    this.until = Date.parse(history.until);
    this.limits = { cpu: history.cpu_limit_percent, memory: history.memory_limit_bytes, pids: history.pids_limit };
    const old = history.points.map(point => pointOf(point, step));
    // Steps that live samples have told already would only be told again, coarser.
    this.points = fresh.length ? [...old.filter(point => point.t <= fresh[0].t), ...fresh] : old;
    this.invalidate();
  }

  take(sample) {
    const point = pointOf(sample, 1000, Date.parse(sample.time));
    this.limits = { cpu: sample.cpu_limit_percent, memory: sample.memory_limit_bytes, pids: sample.pids_limit };
    this.now = point;
    this.until = point.t;
    if (this.seconds === liveSeconds) append(this.points, point, point.t - liveSeconds * 1000);
    this.invalidate();
  }

  invalidate() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  draw() {
    const idle = this.state.name === "idle" || this.state.name === "deleted";
    if (idle) this.now = undefined;
    const until = this.until ?? Date.now();
    const from = until - this.seconds * 1000;
    write(this.parts.state, stateWords(this.state, idle && this.points.length ? this.points.at(-1).t : undefined));
    this.root.dataset.state = this.state.name;
    const latest = this.now ?? this.points.at(-1);
    write(this.parts.pids, latest ? `${latest.pids}${this.limits.pids ? ` of ${this.limits.pids}` : ""} processes` : "");
    for (const chart of this.charts) chart.draw(this.points, from, until, latest);
    if (this.parts.table.open && !(performance.now() - this.tableAt < tableEvery)) this.drawTable();
  }

  drawTable() {
    if (!this.parts.table.open) return;
    this.tableAt = performance.now();
    this.parts.rows.replaceChildren(...thin(this.points, tableRows).map(row => element("tr", {}, [
      clock(row.t), percent(row.cpu / (this.limits.cpu || 100)), percent(row.throttled), memory(row.memory), String(row.pids), rate(row.rx), rate(row.tx), rate(row.read), rate(row.write),
    ].map((text, i) => element("td", i ? { class: "r" } : { class: "tn" }, [text])))));
  }
}

// What each chart shows of a point, and in which words.
const kinds = {
  cpu: {
    lines: [{ field: "cpu" }],
    max: limits => limits.cpu * 1.12 || 100,
    limit: limits => limits.cpu,
    limitWords: limits => cpus(limits.cpu),
    held: "throttled",
    now: (point, limits) => `${percent(point.cpu / limits.cpu)} of ${cpus(limits.cpu)}`,
    read: (point, limits) => `${percent(point.cpu / limits.cpu)}${point.throttled >= 0.005 ? `, throttled ${percent(point.throttled)}` : ""}`,
    foot: (points, limits) => [throttleWords(average(points, "throttled"), limits.cpu) || "never throttled", `peak ${percent(peak(points, "cpu") / limits.cpu)}`],
  },
  memory: {
    lines: [{ field: "memory" }],
    max: (limits, points) => limits.memory * 1.12 || niceMax(peak(points, "memory"), 1e6),
    limit: limits => limits.memory,
    limitWords: limits => memoryLimit(limits.memory),
    now: (point, limits) => memory(point.memory) + (limits.memory ? ` of ${memoryLimit(limits.memory)}` : ""),
    read: (point, limits) => `${memory(point.memory)}${limits.memory ? `, ${percent(point.memory / limits.memory)}` : ""}`,
    foot: (points, limits) => [limits.memory ? `${memoryLimit(limits.memory)}, then killed` : "no limit", `peak ${memory(peak(points, "memory"))}`],
  },
  network: twoWays("rx", "tx", "in", "out"),
  disk: twoWays("read", "write", "read", "write"),
};

function twoWays(one, other, oneWord, otherWord) {
  const most = points => Math.max(peak(points, one), peak(points, other));
  const words = point => `${oneWord} ${rate(point[one])} \u00b7 ${otherWord} ${rate(point[other])}`;
  return {
    lines: [{ field: one }, { field: other, class: "second" }],
    max: (_, points) => niceMax(most(points) * 1.05, least.bytes),
    limit: () => 0,
    scaleWords: max => rate(max).replace(".0", ""),
    now: words,
    read: words,
    foot: points => [`${oneWord} solid, ${otherWord} dashed`, `peak ${rate(most(points))}`],
  };
}

class Chart {
  constructor(figure, viewer) {
    this.figure = figure;
    this.viewer = viewer;
    this.kind = kinds[figure.dataset.chart];
    this.parts = Object.fromEntries([...figure.querySelectorAll("[data-part]")].map(part => [part.dataset.part, part]));
    this.svg = this.parts.plot;
    const { signal } = viewer.abort;
    this.shapes = {
      held: svg("g", { class: "held" }),
      grid: svg("line", { class: "grid" }),
      areas: svg("path", { class: "area" }),
      lines: this.kind.lines.map(line => svg("path", { class: `line ${line.class ?? ""}` })),
      limit: svg("line", { class: "limit" }),
      limitWords: svg("text", { class: "axis limit-words" }),
      times: [0, 0.5, 1].map(share => svg("text", { class: "axis", "text-anchor": share === 0 ? "start" : share === 1 ? "end" : "middle" })),
      cursor: svg("g", { class: "cursor", visibility: "hidden" }, [svg("line"), ...this.kind.lines.map(line => svg("circle", { r: 3, class: line.class ?? "" }))]),
    };
    this.svg.replaceChildren(...Object.values(this.shapes).flat());
    this.svg.addEventListener("pointermove", event => this.point(this.timeAt(event.offsetX)), { signal });
    this.svg.addEventListener("pointerleave", () => this.point(null), { signal });
    figure.addEventListener("keydown", event => this.key(event), { signal });
    figure.addEventListener("blur", () => this.point(null), { signal });
  }

  key(event) {
    const { points } = this.viewer;
    if (event.ctrlKey || event.altKey || event.metaKey || points.length === 0) return;
    const at = this.at === null || this.at === undefined ? points.length : nearest(points, this.at);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - 10, PageDown: at + 10, Home: 0, End: points.length - 1 }[event.key];
    if (event.key === "Escape" && this.at) this.point(null);
    else if (to === undefined) return;
    else {
      this.point(points[Math.min(Math.max(to, 0), points.length - 1)].t);
      // Said once a key is pressed, never by the figures that go by.
      write(this.parts.said, this.parts.now.textContent);
    }
    event.preventDefault();
  }

  point(t) {
    this.at = t;
    this.viewer.invalidate();
  }

  timeAt(x) {
    return this.from + (x - pad.left) / this.wide * (this.until - this.from);
  }

  draw(points, from, until, latest) {
    const { kind, parts, shapes } = this;
    const { limits } = this.viewer;
    const width = this.svg.clientWidth;
    const height = this.svg.clientHeight;
    if (width === 0) return;
    Object.assign(this, { from, until, wide: width - pad.left - pad.right });
    const seen = points.filter(point => point.t > from);
    const max = kind.max(limits, seen);
    const floor = height - pad.bottom;
    const x = t => pad.left + (t - from) / (until - from) * this.wide;
    const y = value => floor - Math.min(1, value / max) * (floor - pad.top);
    set(this.svg, { viewBox: `0 0 ${width} ${height}` });
    set(shapes.grid, { x1: 0, x2: width, y1: floor, y2: floor });
    set(shapes.areas, { d: path(seen, point => x(point.t), point => y(point[kind.lines[0].field]), floor) });
    kind.lines.forEach((line, i) => set(shapes.lines[i], { d: path(seen, point => x(point.t), point => y(point[line.field])) }));
    const limit = kind.limit(limits) ? y(kind.limit(limits)) : pad.top;
    set(shapes.limit, { x1: 0, x2: width, y1: limit, y2: limit });
    set(shapes.limitWords, { x: 4, y: limit + 14 });
    write(shapes.limitWords, kind.limit(limits) ? kind.limitWords(limits) : kind.scaleWords?.(max) ?? "");
    shapes.limit.classList.toggle("soft", !kind.limit(limits));
    [0, 0.5, 1].forEach((share, i) => {
      set(shapes.times[i], { x: share * width, y: height - 4 });
      write(shapes.times[i], clock(from + share * (until - from), until - from < 20 * minute));
    });
    this.drawHeld(kind.held ? spans(seen, kind.held, 0.02) : [], x, floor);
    const chosen = this.at === null || this.at === undefined ? undefined : seen[nearest(seen, this.at)];
    set(shapes.cursor, { visibility: chosen ? "visible" : "hidden" });
    if (chosen) {
      const [line, ...dots] = shapes.cursor.children;
      set(line, { x1: x(chosen.t), x2: x(chosen.t), y1: pad.top, y2: floor });
      dots.forEach((dot, i) => set(dot, { cx: x(chosen.t), cy: y(chosen[kind.lines[i].field]) }));
    }
    this.figure.classList.toggle("reads", Boolean(chosen));
    write(parts.now, chosen ? `${clock(chosen.t)} \u00b7 ${kind.read(chosen, limits)}` : latest ? kind.now(latest, limits) : "no figures yet");
    const [left, right] = seen.length ? kind.foot(seen, limits) : ["nothing measured in this time", ""];
    write(parts.left, left);
    write(parts.right, right);
    parts.left.classList.toggle("t-failed", left.startsWith("throttled"));
  }

  // Shape and word, not colour alone: a bar along the top, a tint below, the word where it fits.
  drawHeld(found, x, floor) {
    this.shapes.held.replaceChildren(...found.flatMap(({ from, to }) => {
      const left = Math.max(0, x(from));
      const width = Math.max(2, x(to) - left);
      const shapes = [svg("rect", { class: "tint", x: left, y: pad.top - 6, width, height: floor - pad.top + 6 }), svg("rect", { class: "bar", x: left, y: pad.top - 6, width, height: 3 })];
      if (width > 72) {
        const word = svg("text", { class: "axis word", x: left + width / 2, y: floor - 6, "text-anchor": "middle" });
        word.textContent = "throttled";
        shapes.push(word);
      }
      return shapes;
    }));
  }
}

function write(part, text) {
  if (part && part.textContent !== text) part.textContent = text;
}

function set(shape, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    const text = typeof value === "number" ? String(Math.round(value * 10) / 10) : value;
    if (shape.getAttribute(name) !== text) shape.setAttribute(name, text);
  }
}

function svg(name, attributes = {}, children = []) {
  const shape = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(shape, attributes);
  shape.append(...children);
  return shape;
}

function element(name, attributes, children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
