// "My stint": totals by hour, every entry with its undo, what the server holds, hand-over to another phone, and the end.
import { compare } from "./control_total.js";
import { codes, draw } from "./handover.js";
import { line } from "./pad_view.js";
import { clock } from "./pad_words.js";

const $ = (id) => document.getElementById(id);

export class Stint {
  constructor({ undo, everythingAgain, end }) {
    Object.assign(this, { undo, end });
    this.shown = [];
    $("stint-again").addEventListener("click", everythingAgain);
    $("stint-compare").addEventListener("click", () => this.compare());
    $("stint-hand-over").addEventListener("click", () => this.handOver());
    $("stint-next").addEventListener("click", () => this.showCode(this.at + 1));
    $("stint-end").addEventListener("click", () => this.askEnd());
    $("stint-really").addEventListener("click", end);
  }

  show(day) {
    this.day = day;
    $("stint-hours").replaceChildren(...hours(day).map(row));
    $("stint-all").replaceChildren(...day.keyed.map((entry) => line(day, entry, this.undo)));
    $("stint-empty").classList.toggle("hidden", day.keyed.length > 0);
    $("stint-waiting").classList.toggle("hidden", day.waiting === 0);
    $("stint-waiting-words").textContent = `${day.waiting} not yet sent.`;
    if (!day.waiting) $("stint-codes").classList.add("hidden");
  }

  async compare() {
    $("stint-held").textContent = "Asking the server…";
    const total = await compare().catch(() => null);
    $("stint-held").textContent = held(total);
    return total;
  }

  handOver() {
    this.shown = codes(this.day.entries.filter((entry) => entry.waiting));
    $("stint-codes").classList.remove("hidden");
    this.showCode(0);
  }

  showCode(n) {
    this.at = n % this.shown.length;
    const code = this.shown[this.at];
    $("stint-code").replaceChildren(draw(code.rows));
    $("stint-code").dataset.text = code.text;
    $("stint-code-words").textContent = `Code ${this.at + 1} of ${this.shown.length}. Point the other phone's camera at it.`;
    $("stint-next").classList.toggle("hidden", this.shown.length < 2);
  }

  askEnd() {
    $("stint-sure").classList.remove("hidden");
    $("stint-sure-words").textContent = this.day.waiting
      ? `${this.day.waiting} numbers are not sent yet and would be lost. Hand them over first, or wait for signal.`
      : "This phone forgets who you are and the numbers on it. Everything was sent.";
    $("stint-really").classList.toggle("hidden", this.day.waiting > 0);
  }
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
