// Text of a container, made harmless and split into styled parts. Pure: no page, no state.

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

// CSI sequences; OSC, DCS, PM, APC strings up to their end; two-character escapes. The 8-bit forms, too.
const escapes = /(?:\x1b\[|\x9b)([0-?]*)[ -/]*([@-~])|(?:\x1b[\]P^_X]|[\x9d\x90\x9e\x9f\x98])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*[0-~]?/g;

// C0 without tab, DEL, C1, and what reorders or hides text.
const unsafe = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** Shows control and direction characters instead of obeying them. */
export function visible(text) {
  return text.replace(unsafe, c => {
    const code = c.codePointAt(0);
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? "\u2421" : `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
  });
}

/** The text without escape sequences and with nothing hidden: for filters, widths and copies. */
export function plain(text) {
  const bare = text.endsWith("\r") ? text.slice(0, -1) : text;
  return visible(bare.includes("\x1b") || /[\x80-\x9f]/.test(bare) ? bare.replace(escapes, "") : bare);
}

/** Splits into [{ text, classes }]; the classes are made of a fixed set of names. */
export function parse(text) {
  const bare = text.endsWith("\r") ? text.slice(0, -1) : text;
  const parts = [];
  const style = { fg: null, bg: null, bold: false, dim: false, italic: false, underline: false, inverse: false };
  let last = 0;
  const add = part => {
    if (part) parts.push({ text: visible(part), classes: classesOf(style) });
  };
  for (const match of bare.matchAll(escapes)) {
    add(bare.slice(last, match.index));
    last = match.index + match[0].length;
    if (match[2] === "m" && /^[0-9;:]*$/.test(match[1])) apply(style, match[1]);
  }
  add(bare.slice(last));
  return parts;
}

function apply(style, parameters) {
  const codes = parameters.split(/[;:]/).map(code => (code === "" ? 0 : Number(code)));
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) Object.assign(style, { fg: null, bg: null, bold: false, dim: false, italic: false, underline: false, inverse: false });
    else if (code === 1) style.bold = true;
    else if (code === 2) style.dim = true;
    else if (code === 3) style.italic = true;
    else if (code === 4) style.underline = true;
    else if (code === 7) style.inverse = true;
    else if (code === 22) style.bold = style.dim = false;
    else if (code === 23) style.italic = false;
    else if (code === 24) style.underline = false;
    else if (code === 27) style.inverse = false;
    else if (code >= 30 && code <= 37) style.fg = names[code - 30];
    else if (code === 39) style.fg = null;
    else if (code >= 40 && code <= 47) style.bg = names[code - 40];
    else if (code === 49) style.bg = null;
    else if (code >= 90 && code <= 97) style.fg = `br-${names[code - 90]}`;
    else if (code >= 100 && code <= 107) style.bg = `br-${names[code - 100]}`;
    else if (code === 38 || code === 48) {
      const [name, used] = extended(codes, i + 1);
      style[code === 38 ? "fg" : "bg"] = name;
      i += used;
    }
  }
}

// 256 colours and true colour become the nearest of the sixteen: those keep their contrast in every theme.
function extended(codes, at) {
  if (codes[at] === 5) return [indexed(codes[at + 1]), 2];
  if (codes[at] === 2) return [nearest(codes[at + 1], codes[at + 2], codes[at + 3]), 4];
  return [null, codes.length];
}

function indexed(n) {
  if (!(n >= 0 && n <= 255)) return null;
  if (n < 8) return names[n];
  if (n < 16) return `br-${names[n - 8]}`;
  if (n >= 232) return n < 240 ? "black" : n < 248 ? "br-black" : "white";
  const level = v => (v === 0 ? 0 : 55 + v * 40);
  const cube = n - 16;
  return nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function nearest(r, g, b) {
  if (!(r >= 0 && g >= 0 && b >= 0)) return null;
  const max = Math.max(r, g, b);
  const min = Math.min(r, g, b);
  if (max - min < 32) return max < 64 ? "black" : max < 160 ? "br-black" : "white";
  const middle = (max + min) / 2;
  const bits = (r > middle ? 1 : 0) | (g > middle ? 2 : 0) | (b > middle ? 4 : 0);
  return max > 200 ? `br-${names[bits]}` : names[bits];
}

function classesOf(style) {
  const classes = [];
  const [fg, bg] = style.inverse ? [style.bg, style.fg ?? "white"] : [style.fg, style.bg];
  if (fg) classes.push(`fg-${fg}`);
  if (bg) classes.push(`bg-${bg}`);
  for (const name of ["bold", "dim", "italic", "underline"]) if (style[name]) classes.push(name);
  return classes.join(" ");
}
