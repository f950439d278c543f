// The fields of an opened line, one a row. Its height is known before it is drawn.

import { tableOf } from "./fields.js";
import { plain } from "./ansi.js";

export const fieldHeight = 24;
const border = 8;

export const tableHeight = parsed => (parsed ? tableOf(parsed).length * fieldHeight + border : 0);

/** A button carries what it does as `fieldAct`: { act: "only" | "not" | "copy", name, value }. The viewer listens for all of them. */
export function tableNode(parsed) {
  const table = document.createElement("div");
  table.className = "log-fields";
  for (const { name, value, whole } of tableOf(parsed)) {
    const row = document.createElement("div");
    row.className = "log-field";
    const [label, text] = [document.createElement("bdi"), document.createElement("bdi")];
    label.className = "log-field-name";
    label.textContent = plain(name);
    text.className = "log-field-value";
    text.textContent = text.title = plain(value);
    row.append(label, text);
    if (whole !== null) {
      const shown = plain(name);
      row.append(button("=", `Only lines with ${shown} = ${plain(whole).slice(0, 60)}`, "only", name, whole), button("\u2260", `No lines with ${shown} = ${plain(whole).slice(0, 60)}`, "not", name, whole), button("copy", `Copy ${shown}`, "copy", name, whole));
    }
    table.append(row);
  }
  return table;
}

function button(text, label, act, name, value) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "log-field-button";
  made.textContent = text;
  made.title = label;
  made.setAttribute("aria-label", label);
  made.fieldAct = { act, name, value };
  return made;
}
