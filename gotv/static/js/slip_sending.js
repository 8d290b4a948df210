// Sends what was keyed into slips: slip by slip, until all is answered. What the server refuses stays here and is named.
import * as outbox from "./outbox.js";

const MOST = 200;
const RETRY_MS = 3000;
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
  // `answered` gets a slip, the answers by id and how many boxes the ledger holds; `closed` a slip's heading and how
  // many were keyed; `refused` a slip, the reason, and what was not taken; `signedOut` nothing.
  constructor({ url, csrf, answered = () => {}, closed = () => {}, refused = () => {}, signedOut = () => {} }) {
    Object.assign(this, { url, csrf, answered, closed, refused, signedOut });
    this.refusedSlips = new Set();
    this.busy = null;
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

  async sendAll() {
    while (this.more) {
      this.more = false;
      const waiting = await outbox.waiting(MOST, this.refusedSlips);
      if (waiting.length && (await this.send(waiting[0].token, waiting))) this.more = true;
    }
  }

  // What was keyed, up to the closing; then the closing itself.
  async send(slip, waiting) {
    const entries = waiting.filter(({ token }) => token === slip);
    const end = entries.findIndex(({ kind }) => kind === "close");
    if (end === 0) return this.close(slip, entries[0]);
    const sent = end < 0 ? entries : entries.slice(0, end);
    const { status, told } = await post(`${this.url}/${slip}`, this.csrf, { heading: sent[0].heading, entries: sent.map(onTheWire) });
    if (!told.ok) return this.failed(status, told.reason, slip, sent);
    const answers = new Map(told.answers.map((one) => [one.id, one]));
    await outbox.settle(sent, answers, Date.now());
    this.answered(slip, answers, told.held);
    return true;
  }

  async close(slip, closing) {
    const { stated, reason, heading } = closing;
    const { status, told } = await post(`${this.url}/${slip}/close`, this.csrf, { stated, reason });
    if (!told.ok && status !== 409) return this.failed(status, told.reason, slip, [closing]);
    await outbox.settle([closing], new Map([[closing.id, { outcome: told.ok ? "closed" : "refused" }]]), Date.now());
    if (!told.ok) this.refused(slip, told.reason, [closing]);
    else this.closed(heading, told.keyed, await outbox.forgetOf(slip));
    return true;
  }

  // True when there is something else to go on with.
  failed(status, reason, slip, entries) {
    if (status === 401 || status === 400) this.signedOut();
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

// How many entries of the slip wait.
export async function waitingOf(slip) {
  return (await outbox.all()).filter((entry) => entry.token === slip && entry.waiting);
}

function onTheWire({ id, kind, number, box, withdraws, at }) {
  if (kind === "withdraw") return { id, kind, withdraws, at };
  if (kind === "no_number") return { id, kind, at };
  return { id, kind, number, box, at };
}
