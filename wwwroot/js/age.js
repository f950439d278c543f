// An age as the whole product writes it: 9 s, 3 min, 2 h, 2 d 4 h, after 7 days a date. AgeWords.cs does the same on the server. Pure.

export function age(at, now) {
  const seconds = Math.max(0, Math.floor((now - at) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  const days = Math.floor(seconds / 86400);
  if (days >= 7) return new Date(at).toISOString().slice(0, 10);
  const hours = Math.floor((seconds % 86400) / 3600);
  return hours === 0 ? `${days} d` : `${days} d ${hours} h`;
}

/** The same with "ago", which a date does not take. */
export function ago(at, now) {
  return age(at, now) + (now - at < 7 * 86400e3 ? " ago" : "");
}
