// The control total: every quarter of an hour this phone and the server compare what they hold, entry by entry.
// What the server answered once and no longer has (a backup was put back) goes out again by itself.
import { ask } from "./asking.js";
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

// {held, sent, missing, at} of this teller's entries; null when the server cannot be asked. What is missing is set to
// be sent again.
export async function compare() {
  const own = (await outbox.all()).filter((entry) => entry.token === token());
  const sent = own.filter((entry) => !entry.waiting && entry.outcome !== "refused");
  const { ok, told } = await ask("/telling/control-total", token(), {
    stint: stint(),
    waiting: own.filter((entry) => entry.waiting).length,
    entries: sent.map(({ id, number }) => ({ id, number: number ?? "" })),
  });
  if (!ok) return null;
  const missing = new Set(told.missing);
  await outbox.sendAgain(sent.filter(({ id }) => missing.has(id)));
  return { held: told.held, sent: sent.length, missing: told.missing, at: Date.now() };
}
