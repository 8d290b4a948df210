// Sends what waits in the outbox: by socket when there is one, by POST when there is not, until all is answered.
import { Socket } from "./socket.js";
import * as outbox from "./outbox.js";
import { token } from "./phone.js";

const MOST = 200;
const RETRY_MS = 5000;
// A socket gets this long to open before the POST takes over.
const POST_AFTER_MS = 4000;

export class Sender {
  // `changed` is called whenever what waits or what was answered has changed; `signedOut` with the reason.
  constructor({ changed, signedOut }) {
    Object.assign(this, { changed, signedOut });
    this.busy = false;
    this.startedAt = Date.now();
    this.socket = new Socket("/telling", {
      auth: async () => ({ token: token() }),
      on: { switched_off: () => this.stop("This link was switched off by your organiser.") },
      opened: () => this.flush(),
      refused: (why) => why.signed_in === false && this.stop(why.reason),
    });
    setInterval(() => this.flush(), RETRY_MS);
    for (const event of ["online", "pageshow"]) addEventListener(event, () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  wake() {
    this.socket.connect();
    this.flush();
  }

  stop(reason) {
    this.socket.end();
    this.signedOut(reason);
  }

  // One flush at a time; each goes on until nothing waits or nothing gets through.
  async flush() {
    if (this.busy) return;
    this.busy = true;
    try {
      for (;;) {
        const entries = await outbox.waiting(MOST);
        if (!entries.length || !(await this.send(entries))) break;
        await this.changed();
      }
    } catch {
      // Unknown whether it arrived: it stays in the outbox, and the server counts each id once.
    } finally {
      this.busy = false;
    }
  }

  async send(entries) {
    const answer = await this.exchange(entries.map(onTheWire));
    if (answer?.signed_in === false) this.stop(answer.reason);
    if (!answer?.ok) return false;
    await outbox.settle(entries, new Map(answer.answers.map((one) => [one.id, one])), Date.now());
    return true;
  }

  async exchange(list) {
    if (this.socket.connected) return this.socket.emit("numbers", list);
    if (Date.now() - this.startedAt < POST_AFTER_MS) return null;
    const answer = await fetch("/telling/numbers", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token()}` },
      body: JSON.stringify(list),
    });
    if (answer.status === 401) return { signed_in: false, reason: (await answer.json()).reason };
    return answer.ok ? answer.json() : null;
  }
}

function onTheWire({ id, kind, number, district, withdraws, at }) {
  if (kind === "withdraw") return { id, kind, withdraws, at };
  if (kind === "no_number") return { id, kind, at };
  return { id, kind, number, district, at };
}
