// What the pad shows: the last entry in big, what waits, the newest entries with their undo.
import { clock, said, words } from "./pad_words.js";
import { plainly, remark } from "./number_check.js";
import { post } from "./phone.js";

const SHOWN = 30;
const $ = (id) => document.getElementById(id);

const spellings = new Map();

function spelling(entry) {
  if (!spellings.has(entry.id)) spellings.set(entry.id, plainly(entry));
  return spellings.get(entry.id);
}

// What a teller's entries (oldest first) say about each of them. `others` of an earlier teller may still wait.
export class Day {
  constructor(entries, others = 0) {
    this.entries = entries;
    this.waitingInAll = others + entries.filter((entry) => entry.waiting).length;
    this.undone = new Map(entries.filter((entry) => entry.kind === "withdraw").map((entry) => [entry.withdraws, entry]));
    this.keyed = entries.filter((entry) => entry.kind !== "withdraw").reverse();
    this.waiting = entries.filter((entry) => entry.waiting).length;
    this.unsaved = entries.some((entry) => entry.waiting && entry.unsaved);
    this.saving = entries.some((entry) => entry.saving);
    this.answeredAt = entries.reduce((latest, entry) => Math.max(latest, entry.answeredAt ?? 0), 0);
    this.before = this.givenBefore();
  }

  gone(entry) {
    return this.undone.has(entry.id);
  }

  // For each number that was given before on this phone and not undone, when that was.
  givenBefore() {
    const [given, before] = [new Map(), new Map()];
    for (const entry of this.entries) {
      if (entry.kind !== "mark" || this.gone(entry)) continue;
      const number = spelling(entry);
      if (given.has(number)) before.set(entry.id, given.get(number));
      given.set(number, entry.at);
    }
    return before;
  }

  words(entry, brief = false) {
    const noticed = entry.kind === "mark" ? remark(entry.number, entry.district, post() ?? {}) : "";
    return words(entry, { undone: this.undone.get(entry.id), before: this.before.get(entry.id), remark: noticed, brief });
  }
}

export function showState(day) {
  const waiting = day.waitingInAll;
  $("state").parentElement.classList.toggle("waiting", waiting > 0);
  $("state").textContent = waiting
    ? `${waiting} waiting to send – ${where(day)}`
    : day.answeredAt ? `All sent ${clock(day.answeredAt)}` : "0 waiting – ready";
}

function where(day) {
  if (day.unsaved) return "keep this page open";
  return day.saving ? "saving" : "saved on this phone";
}

export function showLast(day) {
  const entry = day.keyed[0];
  $("last").classList.toggle("gone", Boolean(entry && day.gone(entry)));
  $("last").textContent = entry ? said(entry) : "–";
  $("last-words").textContent = entry ? day.words(entry) : "Key the number, then Enter.";
}

export function showNewest(day, undo) {
  showLines($("history"), day, day.keyed.slice(0, SHOWN), undo);
}

// Whoever has moved to a button in the list stays there when the list is drawn anew, or on the list if it has gone.
export function showLines(list, day, entries, undo) {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.entry ?? "" : null;
  list.replaceChildren(...entries.map((entry) => line(day, entry, undo)));
  if (focused === null) return;
  const again = focused && list.querySelector(`[data-entry="${focused}"]`);
  (again || list).focus({ preventScroll: true });
}

function line(day, entry, undo) {
  const item = document.createElement("li");
  const number = document.createElement("b");
  number.textContent = said(entry);
  const what = document.createElement("span");
  what.textContent = `${clock(entry.at)} ${day.words(entry, true)}`;
  item.append(number, what);
  if (!day.gone(entry) && entry.outcome !== "refused") item.append(undoButton(entry, undo));
  return item;
}

function undoButton(entry, undo) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.dataset.entry = entry.id;
  button.textContent = "Undo";
  button.setAttribute("aria-label", `Undo ${said(entry)}`);
  button.addEventListener("click", () => undo(entry));
  return button;
}

export function showPost(post, chosen) {
  $("place").textContent = post.place;
  $("rehearsal").classList.toggle("hidden", !post.rehearsal);
  $("who").textContent = `${post.teller} – ${post.contest}`;
  $("districts").replaceChildren(...post.districts.map((name, n) => {
    const label = document.createElement("label");
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "district", value: name });
    radio.checked = chosen ? name === chosen : n === 0;
    label.append(radio, name);
    return label;
  }));
}

export function showTrouble(words) {
  $("trouble").textContent = words;
  $("trouble").classList.remove("hidden");
}

export function troubleIsOver() {
  $("trouble").classList.add("hidden");
}
