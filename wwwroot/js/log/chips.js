// Filters by field: made from the fields of a line, shown as chips above the lines.

import { filterWords } from "./fields.js";
import { element } from "./rows.js";

export class Chips {
  constructor(viewer) {
    this.viewer = viewer;
  }

  /** What the buttons beside a field do. */
  act({ act, name, value }) {
    const { lineMenu, settings } = this.viewer;
    if (act === "copy") {
      lineMenu.copied(value, name);
      return;
    }
    const filters = settings.filters.filter(filter => filter.name !== name || filter.value !== value);
    this.set([...filters, { name, value, not: act === "not" }]);
  }

  set(filters) {
    const { parts, settings } = this.viewer;
    settings.filters = filters;
    parts.chips.replaceChildren(...filters.map(filter => {
      const chip = element("button", "log-chip", filterWords(filter));
      chip.type = "button";
      chip.setAttribute("aria-label", `Remove the filter ${filterWords(filter)}`);
      chip.filter = filter;
      return chip;
    }));
    parts.chips.hidden = filters.length === 0;
    this.viewer.applyRule();
  }

  remove(chip) {
    if (!chip) return;
    const { parts, settings } = this.viewer;
    const next = chip.nextSibling ?? chip.previousSibling;
    this.set(settings.filters.filter(filter => filter !== chip.filter));
    const after = [...parts.chips.children].find(each => each.filter === next?.filter);
    (after ?? parts.lines).focus();
  }
}
