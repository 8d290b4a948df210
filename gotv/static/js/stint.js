// "My stint": totals by hour, every entry with its undo, what the server holds, hand-over to another phone, and the end.
import { compare } from "./control_total.js";
import { codes, draw } from "./handover.js";
import { showLines } from "./pad_view.js";
import { clock } from "./pad_words.js";

const $ = (id) => document.getElementById(id);

export class Stint {
  // `compared` is told a control total; `end` ends the stint, and resolves with words when it may not end yet.
  constructor({ undo, everythingAgain, compared, end }) {
    Object.assign(this, { undo, compared, end });
    this.shown = [];
    this.handed = new Set();
    $("stint-again").addEventListener("click", everythingAgain);
    $("stint-compare").addEventListener("click", () => this.compare());
    $("stint-hand-over").addEventListener("click", () => this.handOver());
    $("stint-next").addEventListener("click", () => this.showCode(this.at + 1));
    $("stint-end").addEventListener("click", () => $("stint-sure").classList.remove("hidden"));
    $("stint-really").addEventListener("click", () => this.reallyEnd());
  }

  show(day) {
    const waited = this.waiting?.map(({ id }) => id).join();
    this.day = day;
    this.waiting = day.entries.filter((entry) => entry.waiting);
    $("stint-hours").replaceChildren(...hours(day).map(row));
    showLines($("stint-all"), day, day.keyed, this.undo);
    $("stint-empty").classList.toggle("hidden", day.keyed.length > 0);
    $("stint-waiting").classList.toggle("hidden", day.waiting === 0);
    $("stint-waiting-words").textContent = `${day.waiting} not yet sent.`;
    this.showEnd();
    const codesShown = !$("stint-codes").classList.contains("hidden");
    if (!day.waiting) $("stint-codes").classList.add("hidden");
    else if (codesShown && waited !== this.waiting.map(({ id }) => id).join()) this.handOver();
  }

  async compare() {
    $("stint-held").textContent = "Asking the server…";
    const total = await compare().catch(() => null);
    $("stint-held").textContent = held(total);
    this.compared(total);
  }

  handOver() {
    this.shown = codes(this.waiting);
    for (const { id } of this.waiting) this.handed.add(id);
    $("stint-codes").classList.remove("hidden");
    this.showCode(0);
    this.showEnd();
  }

  showCode(n) {
    this.at = n % this.shown.length;
    const code = this.shown[this.at];
    $("stint-code").replaceChildren(draw(code.rows));
    $("stint-code").dataset.text = code.text;
    $("stint-code-words").textContent = `Code ${this.at + 1} of ${this.shown.length}. Point the other phone's camera at it.`;
    $("stint-next").classList.toggle("hidden", this.shown.length < 2);
  }

  // Whether every number that waits has been in a code on this screen.
  get handedOver() {
    return this.waiting.every(({ id }) => this.handed.has(id));
  }

  // What ending would mean now; with numbers waiting only for one who has handed them over.
  showEnd() {
    const forgets = this.day.waiting > 0;
    $("stint-sure-words").textContent = endWords(this.day.waiting, this.handedOver);
    $("stint-really").textContent = forgets ? "Forget them here and end stint" : "End stint";
    $("stint-really").classList.toggle("hidden", forgets && !this.handedOver);
  }

  async reallyEnd() {
    $("stint-really").disabled = true;
    const why = await this.end(this.day.waiting > 0 && this.handedOver);
    $("stint-really").disabled = false;
    if (why) $("stint-sure-words").textContent = why;
  }
}

function endWords(waiting, handedOver) {
  if (!waiting) return "This phone forgets who you are and the numbers on it. Everything was sent.";
  if (!handedOver) return `${waiting} numbers are not sent yet and would be lost. Hand them over first, or wait for signal.`;
  return `${waiting} numbers are not sent from here. Does the other phone say that it has sent them?`;
}

export function held(total) {
  if (!total) return "The server cannot be asked just now.";
  const all = `At ${clock(total.at)} the server held ${total.held} of ${total.sent} sent`;
  return total.missing.length ? `${all}. The missing ${total.missing.length} are being sent again.` : `${all}.`;
}

// [hour, numbers, without number] for each hour with entries that were not undone, oldest first.
function hours(day) {
  const found = new Map();
  for (const entry of day.keyed.toReversed?.() ?? [...day.keyed].reverse()) {
    if (day.gone(entry) || entry.outcome === "refused") continue;
    const hour = `${clock(entry.at).slice(0, 2)}:00`;
    const counts = found.get(hour) ?? [0, 0];
    counts[entry.kind === "no_number" ? 1 : 0] += 1;
    found.set(hour, counts);
  }
  const rows = [...found].map(([hour, [numbers, none]]) => [hour, numbers, none]);
  const sum = (n) => rows.reduce((all, counts) => all + counts[n], 0);
  return rows.length ? [...rows, ["All", sum(1), sum(2)]] : [];
}

function row(cells) {
  const tr = document.createElement("tr");
  tr.append(...cells.map((text, n) => {
    const cell = document.createElement(n ? "td" : "th");
    if (n) cell.className = "n";
    else cell.scope = "row";
    cell.textContent = text;
    return cell;
  }));
  return tr;
}
