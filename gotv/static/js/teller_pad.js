// The teller's pad: keys, the last entry in big, what waits, undo. It works the same with and without signal.
import * as outbox from "./outbox.js";
import { compare, everyQuarter } from "./control_total.js";
import { taken } from "./handover.js";
import { listenToKeys } from "./keypad.js";
import { Day, showLast, showNewest, showPost, showState, showTrouble } from "./pad_view.js";
import { forgetToken, keepPost, newId, post, token } from "./phone.js";
import { Sender } from "./sending.js";
import { install, stayAwake } from "./shell.js";
import { Stint, held } from "./stint.js";

const LOST_IF_CLOSED = "This phone cannot save numbers. Key on while there is signal, and write each number on paper too.";
const OFFERED = "gotv-offered";
const $ = (id) => document.getElementById(id);
const input = $("number");
let entries = [];
let day = new Day(entries);
let sender;
let mayUpdate = () => {};

function district() {
  return document.querySelector("input[name=district]:checked")?.value ?? "";
}

// Shown at once; "saved" is said when it is on the disk. The list below can wait for a moment when nothing is keyed.
async function keep(entry) {
  const kept = { id: newId(), at: new Date().toISOString(), ...entry };
  const shown = { ...kept, waiting: 1, saving: true };
  entries = [...entries, shown];
  paintLast();
  const saved = await outbox.add(kept);
  delete shown.saving;
  if (!saved) {
    shown.unsaved = true;
    showTrouble(LOST_IF_CLOSED);
  }
  paintLast();
  paintSoon();
  sender?.keyed();
}

function enter() {
  const number = input.value.trim();
  input.value = "";
  if (number) keep({ kind: "mark", number, district: district() });
}

function press(key) {
  if (key === "enter") enter();
  else if (key === "none") keep({ kind: "no_number" });
  else input.value = key === "delete" ? input.value.slice(0, -1) : input.value + key;
  input.focus({ preventScroll: true });
}

function undo(entry) {
  return keep({ kind: "withdraw", withdraws: entry.id });
}

// The entries as the outbox has them, and those that are on their way into it.
async function show() {
  const settled = new Set(entries.filter((entry) => !entry.saving).map(({ id }) => id));
  const kept = await outbox.all();
  for (const { id } of kept) settled.add(id);
  entries = [...kept, ...entries.filter(({ id }) => !settled.has(id))];
  paintLast();
  paintSoon();
  mayUpdate();
}

function paintLast() {
  day = new Day(entries);
  showState(day);
  showLast(day);
}

const whenIdle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 50));
let painting = false;

function paintSoon() {
  if (painting) return;
  painting = true;
  whenIdle(() => {
    painting = false;
    paintList();
  }, { timeout: 500 });
}

function paintList() {
  if ($("stint").classList.contains("hidden")) showNewest(day, undo);
  else stint.show(day);
}

function turnTo(stintShown) {
  $("stint").classList.toggle("hidden", !stintShown);
  $("pad").classList.toggle("hidden", stintShown);
  $("to-stint").textContent = stintShown ? "Back to keys" : "My stint";
  $("to-stint").setAttribute("aria-expanded", stintShown);
  paintList();
  if (stintShown) stint.compare();
  else input.focus({ preventScroll: true });
}

async function whereIStand() {
  const answer = await fetch("/telling/post", { headers: { Authorization: `Bearer ${token()}` } });
  if (answer.status === 401 || answer.status === 403) return signedOut((await answer.json()).reason);
  if (!answer.ok) return;
  keepPost(await answer.json());
  showPost(post(), district());
  paintLast();
}

function signedOut(reason) {
  showTrouble(`${reason} Numbers keyed so far stay on this phone.`);
}

// Only what was answered is forgotten: the button is not there while anything waits.
async function end() {
  if (day.waiting) return;
  sender?.end();
  await compare().catch(() => null);
  await outbox.forgetAll().catch(() => {});
  forgetToken();
  location.assign("/enter");
}

async function everythingAgain() {
  await outbox.sendAgain();
  await show();
  sender?.keyed();
}

async function count() {
  const total = await compare().catch(() => null);
  if (total?.missing.length) showTrouble(held(total));
  await show();
  sender?.keyed();
}

// Numbers that another phone handed over: taken by a tap, never by opening a link alone.
function offer() {
  const offered = taken(remembered());
  $("offer").classList.toggle("hidden", offered.length === 0);
  $("offer-words").textContent = `${offered.length} numbers from another phone. Send them from this one?`;
  const decide = (work) => async () => {
    forgetOffer();
    $("offer").classList.add("hidden");
    if (work) await work();
  };
  $("offer-take").onclick = decide(async () => {
    const known = new Set(day.entries.map(({ id }) => id));
    for (const entry of offered.filter(({ id }) => !known.has(id))) await outbox.add(entry);
    await show();
    sender?.keyed();
  });
  $("offer-leave").onclick = decide(null);
}

// The fragment survives the way over the sign-in page.
function remembered() {
  try {
    if (location.hash) sessionStorage.setItem(OFFERED, location.hash);
    history.replaceState(null, "", location.pathname);
    return sessionStorage.getItem(OFFERED) ?? "";
  } catch {
    return location.hash;
  }
}

function forgetOffer() {
  try { sessionStorage.removeItem(OFFERED); } catch { /* nothing was kept */ }
}

function startOfDay() {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  return midnight.toISOString();
}

async function start() {
  sender = new Sender({ changed: show, signedOut, trouble: showTrouble });
  mayUpdate = install(async () => !day.waiting && !input.value && !(await outbox.waiting(1)).length);
  stayAwake();
  everyQuarter(count);
  await outbox.forgetBefore(startOfDay()).catch(() => {});
  await show();
  await whereIStand().catch(() => {});
}

const stint = new Stint({ undo, everythingAgain, end });
listenToKeys(press);
input.addEventListener("keydown", (event) => event.key === "Enter" && enter());
$("to-stint").addEventListener("click", () => turnTo($("stint").classList.contains("hidden")));
addEventListener("beforeunload", (event) => day.waiting && event.preventDefault());
addEventListener("hashchange", offer);
if (post()) showPost(post());
offer();
if (token()) start();
else location.replace("/enter");
