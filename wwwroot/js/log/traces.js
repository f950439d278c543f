// Which lines belong to the line before them: traces of Java, Python, .NET, Go and Node, and lines that are indented. Pure.

import { levelOf } from "./level.js";
import { plain } from "./ansi.js";

const longest = 1000;
const patience = 2000;
const looked = 300;

const frame = /^\s+(?:at |File "|\.\.\. \d+ |--- |---> |Suppressed: |from )|^\t.+:\d+/;
const headless = /^(?:Caused by: |\.\.\. \d+ more|Traceback \(most recent call last\):|goroutine \d+ \[)/;
const between = /^(?:During handling of the above exception|The above exception was the direct cause)/;
const python = /^Traceback \(most recent call last\):/;
const pythonEnd = /^[A-Za-z_][\w.]*(?::|$)/;
const goStart = /^(?:panic: |fatal error: |goroutine \d+ \[)/;
const goLine = /^(?:goroutine \d+ \[|created by |\[signal |exit status \d|\[originating |[\w.*()/\-]+\(.*\)$)/;

/**
 * Puts lines into groups as they come: { entries: [head, …], trace, open, … }; what is shown of one is the buffer's to say. A line alone has none. Streams don't mix:
 * what comes between on another stream does not end a trace.
 */
export class Traces {
  constructor() {
    this.streams = new Map();
  }

  /** Sets `entry.group` when the line continues the one before it on its stream; returns that group, or null. */
  place(entry) {
    const key = entry.source === undefined ? entry.stream : `${entry.source} ${entry.stream}`;
    let state = this.streams.get(key);
    if (!state) this.streams.set(key, (state = { last: null, mode: "" }));
    const { last } = state;
    const first = entry.text.charCodeAt(0);
    const text = first === 27 ? plain(entry.text.slice(0, looked)) : entry.text;
    const [continues, mode] = last ? follows(text, state.mode, last) : [false, startOf(text)];
    state.last = entry;
    state.mode = mode;
    if (!continues || (last.group?.entries.length ?? 0) >= longest || !together(last, entry)) {
      if (continues) state.mode = startOf(text);
      return null;
    }
    const group = (last.group ??= { entries: [last], trace: false, open: undefined, folded: false, shown: true, rule: null, facts: null, looked: 0 });
    entry.group = group;
    group.entries.push(entry);
    if (!group.trace) group.trace = mode !== "" || frame.test(text) || headless.test(text);
    return group;
  }
}

function startOf(text) {
  const first = text.charCodeAt(0);
  if (first === 84 /* T */ && python.test(text)) return "python";
  if ((first === 112 /* p */ || first === 102 /* f */ || first === 103 /* g */) && goStart.test(text)) return "go";
  return "";
}

// Whether the text continues, and what is expected after it.
function follows(text, mode, last) {
  const first = text.charCodeAt(0);
  const blank = text.length === 0 || text === "\r";
  if (mode === "") {
    if (first === 32 || first === 9) return [text.trim() !== "", ""];
    if ((first === 67 || first === 84 || first === 46 || first === 103) && headless.test(text)) {
      if (first === 103) return [isGrave(last), "go"];
      if (first === 84) return [isGrave(last), "python"];
      return [true, ""];
    }
    return [false, startOf(text)];
  }
  if (first === 32 || first === 9 || blank) return [true, mode];
  if (mode === "go") return goLine.test(text) ? [true, "go"] : [false, startOf(text)];
  if (python.test(text) || between.test(text)) return [true, "python"];
  // The exception itself ends the frames; after it only a blank line or another trace belongs to it.
  if (mode === "python" && pythonEnd.test(text)) return [true, "python end"];
  return [false, startOf(text)];
}

const isGrave = entry => levelOf(plain(entry.text.slice(0, looked))) === "error";

function together(last, entry) {
  if (!last.time || !entry.time || last.time === entry.time) return true;
  return !(Date.parse(entry.time) - Date.parse(last.time) > patience);
}
