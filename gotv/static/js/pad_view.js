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

// What all entries of a phone (oldest first) say about each of them.
export class Day {
  constructor(entries) {
    this.entries = entries;
    this.withdrawn = new Set(entries.filter((entry) => entry.kind === "withdraw").map((entry) => entry.withdraws));
    this.keyed = entries.filter((entry) => entry.kind !== "withdraw").reverse();
    this.waiting = entries.filter((entry) => entry.waiting).length;
    this.answeredAt = entries.reduce((latest, entry) => Math.max(latest, entry.answeredAt ?? 0), 0);
    this.before = this.givenBefore();
  }

  gone(entry) {
    return this.withdrawn.has(entry.id);
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
    return words(entry, { withdrawn: this.gone(entry), before: this.before.get(entry.id), remark: noticed, brief });
  }
}

export function showState(day) {
  $("state").parentElement.classList.toggle("waiting", day.waiting > 0);
  $("state").textContent = day.waiting
    ? `${day.waiting} waiting to send – saved on this phone`
    : day.answeredAt ? `All sent ${clock(day.answeredAt)}` : "0 waiting – ready";
}

export function showLast(day) {
  const entry = day.keyed[0];
  $("last").classList.toggle("gone", Boolean(entry && day.gone(entry)));
  $("last").textContent = entry ? said(entry) : "–";
  $("last-words").textContent = entry ? day.words(entry) : "Key the number, then Enter.";
}

export function showNewest(day, undo) {
  $("history").replaceChildren(...day.keyed.slice(0, SHOWN).map((entry) => line(day, entry, undo)));
}

export function line(day, entry, undo) {
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
  button.textContent = "Undo";
  button.setAttribute("aria-label", `Undo ${said(entry)}`);
  button.addEventListener("click", () => undo(entry));
  return button;
}

export function showPost(post, chosen) {
  $("place").textContent = post.place;
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
