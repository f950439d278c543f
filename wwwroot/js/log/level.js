// How grave a line is, as far as its text says so. Pure.

const errors = /\b(?:ERROR|FATAL|CRITICAL|PANIC)\b|\blevel["']?\s*[=:]\s*["']?(?:error|fatal|critical|panic)\b|\[(?:error|fatal|critical)\]|^panic:/;
const warnings = /\b(?:WARN|WARNING)\b|\blevel["']?\s*[=:]\s*["']?warn(?:ing)?\b|\[warn(?:ing)?\]/;
const looked = 400;

/** "error", "warning" or "": only the line's beginning is looked at. */
export function levelOf(text) {
  const start = text.slice(0, looked);
  return errors.test(start) ? "error" : warnings.test(start) ? "warning" : "";
}
