// The teller's pad: keys, the last entry in big, what waits, undo. It works the same with and without signal.
import * as outbox from "./outbox.js";
import { Sender } from "./sending.js";
import { forgetToken, newId, token } from "./phone.js";
import { clock, said, words } from "./pad_words.js";

const SHOWN = 40;
const $ = (id) => document.getElementById(id);
const input = $("number");
let sender;

function district() {
  return document.querySelector("input[name=district]:checked")?.value ?? "";
}

async function keep(entry) {
  const kept = { id: newId(), at: new Date().toISOString(), ...entry };
  try {
    await outbox.add(kept);
  } catch {
    return trouble("This phone cannot save numbers. Write them down on paper from now on.");
  }
  await show();
  sender?.flush();
}

function enter() {
  const number = input.value.trim();
  input.value = "";
  input.focus({ preventScroll: true });
  if (!number) return;
  keep({ kind: "mark", number, district: district() });
}

function press(key) {
  if (key === "enter") return enter();
  if (key === "none") return keep({ kind: "no_number" });
  input.value = key === "delete" ? input.value.slice(0, -1) : input.value + key;
}

async function show() {
  const [entries, waiting] = await Promise.all([outbox.newest(SHOWN * 2), outbox.howManyWaiting()]);
  const withdrawn = new Set(entries.filter((entry) => entry.kind === "withdraw").map((entry) => entry.withdraws));
  const keyed = entries.filter((entry) => entry.kind !== "withdraw").slice(0, SHOWN);
  showState(waiting, entries.find((entry) => entry.answeredAt));
  showLast(keyed[0], withdrawn);
  $("history").replaceChildren(...keyed.map((entry) => line(entry, withdrawn.has(entry.id))));
}

function showState(waiting, answered) {
  $("state").parentElement.classList.toggle("waiting", waiting > 0);
  $("state").textContent = waiting
    ? `${waiting} waiting to send – saved on this phone`
    : answered ? `All sent ${clock(answered.answeredAt)}` : "Ready";
}

function showLast(entry, withdrawn) {
  $("last").classList.toggle("gone", Boolean(entry && withdrawn.has(entry.id)));
  $("last").textContent = entry ? said(entry) : "–";
  $("last-words").textContent = entry ? words(entry, withdrawn.has(entry.id)) : "Key the number, then Enter.";
}

function line(entry, gone) {
  const item = document.createElement("li");
  const number = document.createElement("b");
  number.textContent = said(entry);
  const what = document.createElement("span");
  what.textContent = `${clock(entry.at)} ${words(entry, gone)}`;
  item.append(number, what);
  if (!gone && entry.outcome !== "refused") item.append(undo(entry));
  return item;
}

function undo(entry) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = "Undo";
  button.setAttribute("aria-label", `Undo ${said(entry)}`);
  button.addEventListener("click", () => keep({ kind: "withdraw", withdraws: entry.id }));
  return button;
}

// The down-event of a key counts, as on any keypad; the click is for keyboards and screen readers.
function listenToKeys() {
  for (const key of document.querySelectorAll("[data-key]")) {
    key.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      key.classList.add("down");
      press(key.dataset.key);
    });
    for (const up of ["pointerup", "pointerleave", "pointercancel"]) {
      key.addEventListener(up, () => key.classList.remove("down"));
    }
    key.addEventListener("click", (event) => event.detail === 0 && press(key.dataset.key));
  }
  input.addEventListener("keydown", (event) => event.key === "Enter" && enter());
}

async function whereIStand() {
  const answer = await fetch("/telling/post", { headers: { Authorization: `Bearer ${token()}` } });
  if (answer.status === 401 || answer.status === 403) return signedOut((await answer.json()).reason);
  const post = await answer.json();
  try { localStorage.setItem("gotv-post", JSON.stringify(post)); } catch { /* asked again next time */ }
  showPost(post);
}

function showPost(post) {
  $("place").textContent = post.place;
  $("who").textContent = `${post.teller} – ${post.contest}`;
  const chosen = district();
  $("districts").replaceChildren(...post.districts.map((name, n) => {
    const label = document.createElement("label");
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "district", value: name });
    radio.checked = chosen ? name === chosen : n === 0;
    label.append(radio, name);
    return label;
  }));
}

function trouble(words) {
  $("trouble").textContent = words;
  $("trouble").classList.remove("hidden");
}

function signedOut(reason) {
  trouble(`${reason} Numbers keyed so far stay on this phone.`);
}

function changePerson() {
  sender?.socket.end();
  forgetToken();
  location.assign("/enter");
}

listenToKeys();
$("not-me").addEventListener("click", changePerson);
try { showPost(JSON.parse(localStorage.getItem("gotv-post"))); } catch { /* first time here */ }
show();
if (token()) {
  sender = new Sender({ changed: show, signedOut, trouble });
  whereIStand().catch(() => {});
  addEventListener("beforeunload", (event) => {
    if ($("state").parentElement.classList.contains("waiting")) event.preventDefault();
  });
} else {
  location.replace("/enter");
}
