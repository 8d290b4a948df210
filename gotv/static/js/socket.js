// A Socket.IO client for one namespace over one WebSocket: connect, reconnect with jitter, emit with an ack.
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;
const ACK_WAIT_MS = 8000;

export class Socket {
  // `auth` is asked anew at each connection; `on` maps event names to functions. `calm`: whoever only sends, and has
  // each thing answered, need not be asked often whether it is there.
  constructor(namespace, { auth, calm = false, on = {}, opened = () => {}, closed = () => {}, refused = () => {} }) {
    Object.assign(this, { namespace, auth, calm, on, opened, closed, refused });
    this.acks = new Map();
    this.nextAck = 0;
    this.wait = FIRST_WAIT_MS;
    this.connected = false;
    this.ended = false;
    this.connect();
  }

  connect() {
    if (this.ended || this.ws) return;
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const calm = this.calm ? "&calm=1" : "";
    this.ws = new WebSocket(`${scheme}://${location.host}/socket.io/?EIO=4&transport=websocket${calm}`);
    this.ws.onmessage = (message) => this.receive(message.data);
    this.ws.onclose = () => this.lost();
  }

  // Hang up without waiting for the other side, who may be out of reach, and come back.
  again() {
    if (!this.ws) return;
    this.ws.onmessage = this.ws.onclose = null;
    this.ws.close();
    this.lost();
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    this.ws?.close();
  }

  lost() {
    const was = this.connected;
    this.ws = null;
    this.connected = false;
    clearTimeout(this.silence);
    for (const { reject } of this.acks.values()) reject(new Error("connection lost"));
    this.acks.clear();
    if (was) this.closed();
    if (this.ended) return;
    // Spread, so that a whole town does not come back in the same second.
    this.timer = setTimeout(() => this.connect(), this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  async receive(text) {
    this.heardAt = performance.now();
    if (text[0] === "0") return this.handshake(JSON.parse(text.slice(1)));
    if (text[0] === "2") {
      this.listen();
      return this.ws?.send("3");
    }
    if (text[0] === "4") this.packet(text.slice(1));
  }

  async handshake({ pingInterval, pingTimeout }) {
    this.patience = pingInterval + pingTimeout;
    this.listen();
    const ws = this.ws;
    try {
      const auth = await this.auth();
      if (ws === this.ws) ws.send(`40${this.namespace},${JSON.stringify(auth)}`);
    } catch {
      ws.close();
    }
  }

  // The server pings; when it falls silent the line is dead even if nobody has said so.
  listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.ws?.close(), this.patience);
  }

  packet(text) {
    const comma = text.indexOf(",");
    const kind = text[0];
    const rest = comma < 0 ? "" : text.slice(comma + 1);
    if (kind === "0") {
      this.connected = true;
      this.wait = FIRST_WAIT_MS;
      this.opened();
    } else if (kind === "1") {
      this.ws?.close();
    } else if (kind === "4") {
      const { message, data } = JSON.parse(rest || "{}");
      this.refused({ reason: message, ...data });
      this.ws?.close();
    } else if (kind === "2" || kind === "3") {
      const start = rest.indexOf("[");
      const content = JSON.parse(rest.slice(start));
      if (kind === "2") this.on[content[0]]?.(content[1]);
      else this.answered(Number(rest.slice(0, start)), content[0]);
    }
  }

  answered(id, answer) {
    const ack = this.acks.get(id);
    this.acks.delete(id);
    if (!ack) return;
    clearTimeout(ack.timer);
    ack.resolve(answer);
  }

  // Resolves with the server's answer. Rejects when there is none: then nobody knows, and the caller sends again.
  emit(event, content) {
    if (!this.connected) return Promise.reject(new Error("not connected"));
    const id = this.nextAck++;
    const sentAt = performance.now();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.acks.delete(id);
        reject(new Error("no answer"));
        // Nothing at all came back: the line is dead. A house that is only slow is left alone.
        if (this.heardAt < sentAt) this.again();
      }, ACK_WAIT_MS);
      this.acks.set(id, { resolve, reject, timer });
      this.ws.send(`42${this.namespace},${id}${JSON.stringify([event, content])}`);
    });
  }
}
