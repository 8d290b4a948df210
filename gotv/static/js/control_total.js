// The control total: every quarter of an hour this phone and the server compare what they hold, entry by entry.
// What the server answered once and no longer has (a backup was put back) goes out again by itself.
import * as outbox from "./outbox.js";
import { stint, token } from "./phone.js";

const QUARTER_MS = 15 * 60 * 1000;
// Spread, so that a whole town does not count in the same second.
const SPREAD_MS = 60 * 1000;

export function everyQuarter(count) {
  const wait = QUARTER_MS - (Date.now() % QUARTER_MS) + Math.random() * SPREAD_MS;
  setTimeout(() => {
    count();
    everyQuarter(count);
  }, wait);
}

// {held, sent, waiting, missing, at}; null when the server cannot be asked. `missing` are entries to be sent again.
export async function compare() {
  const entries = await outbox.all();
  const sent = entries.filter((entry) => !entry.waiting && entry.outcome !== "refused");
  const answer = await fetch("/telling/control-total", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token()}` },
    body: JSON.stringify({
      stint: stint(),
      waiting: entries.filter((entry) => entry.waiting).length,
      entries: sent.map(({ id, number }) => ({ id, number: number ?? "" })),
    }),
  });
  if (!answer.ok) return null;
  const { held, missing } = await answer.json();
  if (missing.length) await outbox.sendAgain(new Set(missing));
  return { held, sent: sent.length, missing, at: Date.now() };
}
