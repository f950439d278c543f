// What of the log is shown and what is found in it. Pure.

import { fieldsOf, passes } from "./fields.js";
import { levelOf } from "./level.js";

const grave = { "": 0, warning: 1, error: 2 };
const looked = 400;

/** Throws a SyntaxError when the expression is not one. */
export function patternOf(text, regex) {
  return text === "" ? null : new RegExp(regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
}

/** The places of the hits in a text: [[start, end], …], at most `limit`. */
export function hitsOf(text, pattern, limit = 200) {
  const hits = [];
  if (!pattern) return hits;
  for (const match of text.matchAll(pattern)) {
    if (match[0].length > 0) hits.push([match.index, match.index + match[0].length]);
    if (hits.length === limit) break;
  }
  return hits;
}

/**
 * `find` shows all lines and only looks for the text; else lines without it are hidden (with `inverse`: those that have it). Lines of
 * one trace are shown or hidden together. Gaps are always shown: nothing is joined silently.
 */
export class Rule {
  constructor({ text = "", regex = false, inverse = false, find = false, out = true, err = true, level = "", fields = [] } = {}, plain = t => t) {
    this.pattern = patternOf(text, regex);
    this.inverse = inverse && !find;
    this.hides = Boolean(this.pattern) && !find;
    this.level = grave[level] ?? 0;
    this.fields = fields;
    this.out = out;
    this.err = err;
    this.plain = plain;
    this.narrow = this.hides || this.level > 0 || fields.length > 0;
  }

  /** Whether a text is looked for in lines that are seen. */
  get seeks() {
    return this.pattern !== null && !this.inverse;
  }

  shows(entry) {
    if (entry.kind === "gap") return true;
    if (entry.kind === "event") return !this.hides && this.fields.length === 0;
    if (entry.stream === "err" ? !this.err : !this.out) return false;
    if (!this.narrow) return true;
    if (!entry.group) return this.decide(this.look(entry, none()));
    const { group } = entry;
    if (group.rule !== this) Object.assign(group, { rule: this, facts: none(), looked: 0 });
    while (group.looked < group.entries.length) this.look(group.entries[group.looked++], group.facts);
    return (group.shown = this.decide(group.facts));
  }

  /** Whether the line has the text that is looked for. */
  finds(entry) {
    return this.pattern !== null && !this.inverse && entry.kind === "line" && (entry.stream === "err" ? this.err : this.out) && this.has(entry);
  }

  has(entry) {
    if (entry.rule !== this) {
      entry.rule = this;
      this.pattern.lastIndex = 0;
      entry.hit = this.pattern.test(this.plain(entry.text));
    }
    return entry.hit;
  }

  look(entry, facts) {
    if (this.hides && !facts.hit) facts.hit = this.has(entry);
    if (facts.level < this.level) facts.level = Math.max(facts.level, grave[levelOf(this.plain(entry.text.slice(0, looked)))]);
    if (this.fields.length > 0 && !facts.fields) facts.fields = passes(fieldsOf(this.plain(entry.text)), this.fields);
    return facts;
  }

  decide(facts) {
    return (!this.hides || facts.hit !== this.inverse) && facts.level >= this.level && (this.fields.length === 0 || facts.fields);
  }
}

const none = () => ({ hit: false, level: 0, fields: false });
