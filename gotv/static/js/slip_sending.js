// Sends what was keyed into slips: slip by slip, until all is answered. What the server refuses stays here and is named.
import * as outbox from "./outbox.js";

const MOST = 200;
const RETRY_MS = 3000;
const REFUSED_AGAIN_MS = 60_000;
const PATIENCE_MS = 15000;

// POST to the house. Resolves with {status, told}, and with status 0 when there is no line.
export async function post(address, csrf, body) {
  const given_up = new AbortController();
  const timer = setTimeout(() => given_up.abort(), PATIENCE_MS);
  try {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body), signal: given_up.signal });
    return { status: answer.status, told: await answer.json() };
  } catch {
    return { status: 0, told: { ok: false, reason: "No connection just now." } };
  } finally {
    clearTimeout(timer);
  }
}

export class SlipSender {
  // `answered` gets a slip, the answers by id and which entry stands in each box; `closed` a slip's heading and how
  // many were keyed; `refused` a slip, the reason, and what was not taken; `signedOut` nothing.
  constructor({ url, csrf, answered = () => {}, closed = () => {}, refused = () => {}, signedOut = () => {} }) {
    Object.assign(this, { url, csrf, answered, closed, refused, signedOut });
    this.refusedSlips = new Set();
    this.busy = null;
    // Who was at it may have gone home.
    setInterval(() => this.refusedSlips.clear(), REFUSED_AGAIN_MS);
    setInterval(() => this.flush(), RETRY_MS + 1000 * Math.random());
    for (const event of ["online", "pageshow"]) addEventListener(event, () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
  }

  // One flush at a time; each goes on until nothing waits or nothing gets through. What is keyed meanwhile is looked for.
  flush() {
    this.more = true;
    this.busy ??= this.sendAll().finally(() => { this.busy = null; });
    return this.busy;
  }

  // A slip that the house cannot take just now does not hold up the others.
  async sendAll() {
    const later = new Set();
    while (this.more) {
      this.more = false;
      const waiting = inOrder(await outbox.waiting(MOST, new Set([...this.refusedSlips, ...later])));
      if (!waiting.length) continue;
      const slip = waiting[0].token;
      const sent = await this.send(slip, waiting.filter(({ token }) => token === slip));
      if (sent === "later") later.add(slip);
      this.more ||= sent !== false;
    }
  }

  // What was keyed, up to the closing; then the closing itself. False when there is no line.
  async send(slip, entries) {
    const end = entries.findIndex(({ kind }) => kind === "close");
    if (end === 0) return this.close(slip, entries[0]);
    const sent = end < 0 ? entries : entries.slice(0, end);
    const { status, told } = await this.keep(slip, sent);
    if (!told.ok) return this.failed(status, told.reason, slip, sent);
    const answers = new Map(told.answers.map((one) => [one.id, one]));
    await outbox.settle(sent, answers, Date.now());
    await this.answered(slip, answers, told.stands);
    return true;
  }

  // With the newest heading, and as many boxes as were ever wanted.
  keep(slip, entries) {
    const boxes = Math.max(...entries.map(({ heading }) => heading.boxes));
    const list = entries.filter(({ kind }) => kind !== "close").map(onTheWire);
    return post(`${this.url}/${slip}`, this.csrf, { heading: { ...entries.at(-1).heading, boxes }, entries: list });
  }

  async close(slip, closing) {
    const { stated, reason, heading } = closing;
    const ask = () => post(`${this.url}/${slip}/close`, this.csrf, { stated, reason });
    let { status, told } = await ask();
    // Nothing was on the sheet: then the house does not know it yet.
    if (status === 404 && (await this.keep(slip, [closing])).told.ok) ({ status, told } = await ask());
    if (!told.ok && status !== 409) return this.failed(status, told.reason, slip, [closing]);
    await outbox.settle([closing], new Map([[closing.id, { outcome: told.ok ? "closed" : "refused" }]]), Date.now());
    if (!told.ok) this.refused(slip, told.reason, [closing]);
    else this.closed(heading, told.keyed, await outbox.forgetOf(slip));
    return true;
  }

  failed(status, reason, slip, entries) {
    if (status === 401 || status === 400) this.signedOut();
    if (status >= 500) return "later";
    if (![403, 404, 409, 413].includes(status)) return false;
    this.refusedSlips.add(slip);
    this.refused(slip, reason, entries);
    return true;
  }

  again(slip) {
    this.refusedSlips.delete(slip);
    return this.flush();
  }
}

// What this page could not write to the disk comes after what is there: put it where it was keyed.
function inOrder(entries) {
  if (!entries.some(({ unsaved }) => unsaved)) return entries;
  return [...entries].sort((one, other) => one.keyedAt - other.keyedAt);
}

// The entries of the slip that wait.
export async function waitingOf(slip) {
  return (await outbox.all()).filter((entry) => entry.token === slip && entry.waiting);
}

function onTheWire({ id, kind, number, box, withdraws, at }) {
  if (kind === "withdraw") return { id, kind, withdraws, at };
  if (kind === "no_number") return { id, kind, at };
  return { id, kind, number, box, at };
}
