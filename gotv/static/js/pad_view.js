// What the pad shows: the last entry in big, what waits, the newest entries with their undo.
import { clock, said, words } from "./pad_words.js";
import { remark, sameNumber } from "./number_check.js";
import { post } from "./phone.js";

const SHOWN = 30;
const $ = (id) => document.getElementById(id);

// What a set of entries (oldest first) says about each of them.
export class Day {
  constructor(entries) {
    this.entries = entries;
    this.withdrawn = new Set(entries.filter((entry) => entry.kind === "withdraw").map((entry) => entry.withdraws));
    this.keyed = entries.filter((entry) => entry.kind !== "withdraw").reverse();
    this.waiting = entries.filter((entry) => entry.waiting).length;
    this.answeredAt = Math.max(0, ...entries.map((entry) => entry.answeredAt ?? 0));
  }

  gone(entry) {
    return this.withdrawn.has(entry.id);
  }

  // When the same number was given before on this phone and not undone; null if it was not.
  before(entry) {
    const earlier = this.keyed.slice(this.keyed.indexOf(entry) + 1);
    return earlier.find((other) => sameNumber(entry, other) && !this.gone(other))?.at ?? null;
  }

  words(entry, brief = false) {
    const noticed = entry.kind === "mark" ? remark(entry.number, entry.district, post() ?? {}) : "";
    return words(entry, { withdrawn: this.gone(entry), before: this.before(entry), remark: noticed, brief });
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
