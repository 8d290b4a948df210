// Sends what waits in the outbox: by socket when there is one, by POST when there is not, until all is answered.
// Of several tabs with the pad one sends, the one that holds the lock; when it closes, the next takes over.
import { Socket } from "./socket.js";
import * as outbox from "./outbox.js";
import { ask } from "./asking.js";
import { token } from "./phone.js";

const MOST = 200;
const RETRY_MS = 5000;
// A socket gets this long to open before the POST takes over.
const POST_AFTER_MS = 4000;
const NAME = document.body.dataset.outbox ?? "gotv";
const TELLING = { namespace: "/telling", event: "numbers", path: "/telling/numbers", calm: true, onTheWire };

export class Sender {
  // `changed` is called whenever what waits or what was answered has changed; `signedOut` and `trouble` with a reason.
  // `line`: where to send, as what, and what else comes along it (`on`, `opened`).
  constructor({ changed, signedOut, trouble, line = TELLING }) {
    Object.assign(this, { changed, signedOut, trouble, line });
    this.busy = false;
    this.ended = false;
    this.refusedTokens = new Set();
    this.tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel(NAME) : null;
    this.tabs?.addEventListener("message", () => this.heard());
    setInterval(() => this.flush(), RETRY_MS);
    for (const event of ["online", "pageshow"]) addEventListener(event, () => this.wake());
    // Without signal an open line only seems open: what goes into it may arrive, and its answer never does.
    addEventListener("offline", () => this.socket?.again());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
    if (navigator.locks) navigator.locks.request(`${NAME}-sender`, () => this.open());
    else this.open();
  }

  // Resolves when this tab is done with sending: so long it keeps the lock.
  open() {
    if (this.ended) return null;
    // By the clock that nobody sets.
    this.startedAt = performance.now();
    this.socket = new Socket(this.line.namespace, {
      auth: async () => ({ token: token() }),
      calm: this.line.calm,
      on: { switched_off: () => this.stop("This link was switched off by your organiser."), ...this.line.on },
      opened: () => {
        this.line.opened?.(this.socket);
        this.flush();
      },
      refused: (why) => why.signed_in === false && this.stop(why.reason),
    });
    this.flush();
    return new Promise((resolve) => { this.done = resolve; });
  }

  // Something was keyed here: send it, or tell the tab that sends.
  keyed() {
    this.flush();
    this.tabs?.postMessage("keyed");
  }

  heard() {
    this.changed();
    this.flush();
  }

  wake() {
    this.socket?.connect();
    this.flush();
  }

  end() {
    this.ended = true;
    this.socket?.end();
    this.done?.();
  }

  stop(reason) {
    this.socket?.end();
    this.signedOut(reason);
  }

  // One flush at a time; each goes on until nothing waits or nothing gets through. A tab without the lock sends only
  // what it could not save: no other tab can.
  async flush() {
    if (this.busy || this.ended) return;
    this.busy = true;
    try {
      for (;;) {
        const entries = this.socket ? await outbox.waiting(MOST, this.refusedTokens) : outbox.waitingHereOnly(MOST);
        if (!entries.length || !(await this.sendAll(entries))) break;
        await this.changed(true);
        this.tabs?.postMessage("answered");
      }
    } catch {
      // Unknown whether it arrived: it stays in the outbox, and the server counts each id once.
    } finally {
      this.busy = false;
    }
  }

  // Everyone's numbers go out in their own name, though somebody else may hold the phone by now.
  async sendAll(entries) {
    const mine = token();
    const by = new Map();
    for (const entry of entries) {
      const whose = entry.token ?? mine;
      by.set(whose, [...(by.get(whose) ?? []), entry]);
    }
    let sent = false;
    for (const [whose, theirs] of by) sent = (await this.send(theirs, whose, whose === mine)) || sent;
    return sent;
  }

  async send(entries, whose, mine) {
    const answer = await this.exchange(entries.map(this.line.onTheWire), whose, mine).catch(() => null);
    if (answer?.signed_in === false) this.refused(answer.reason, whose, mine);
    else if (answer && !answer.ok && !answer.retry) this.trouble(answer.reason);
    if (!answer?.ok) return false;
    await outbox.settle(entries, new Map(answer.answers.map((one) => [one.id, one])), Date.now());
    return true;
  }

  refused(reason, whose, mine) {
    if (mine) return this.stop(reason);
    this.trouble(`Numbers of the teller before are still on this phone and cannot be sent: ${reason}`);
    return this.refusedTokens.add(whose);
  }

  async exchange(list, whose, mine) {
    if (mine && this.socket?.connected) return this.socket.emit(this.line.event, list);
    if (mine && this.socket && performance.now() - this.startedAt < POST_AFTER_MS) return null;
    const { status, told } = await ask(this.line.path, whose, list);
    if (status === 401 || status === 403) return { ...told, signed_in: false };
    return { retry: status >= 500 || status === 429, ...told };
  }
}

function onTheWire({ id, kind, number, district, withdraws, at }) {
  if (kind === "withdraw") return { id, kind, withdraws, at };
  if (kind === "no_number") return { id, kind, at };
  return { id, kind, number, district, at };
}
