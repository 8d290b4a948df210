// The teller's pad: keys, the last entry in big, what waits, undo. It works the same with and without signal.
import * as outbox from "./outbox.js";
import { compare, everyQuarter } from "./control_total.js";
import { ask } from "./asking.js";
import { listenToKeys } from "./keypad.js";
import { Day, showLast, showNewest, showPost, showState, showTrouble, troubleIsOver } from "./pad_view.js";
import * as phone from "./phone.js";
import { post, token } from "./phone.js";
import { listenForOffers } from "./offer.js";
import { Sender } from "./sending.js";
import { install, stayAwake } from "./shell.js";
import { Stint, held } from "./stint.js";

const LOST_IF_CLOSED = "This phone cannot save numbers. Key on while there is signal, and write each number on paper too.";
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
  const kept = { id: phone.newId(), at: new Date().toISOString(), token: token(), ...entry };
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

function press(key, byThumb) {
  if (key === "enter") enter();
  else if (key === "none") keep({ kind: "no_number" });
  else input.value = key === "delete" ? input.value.slice(0, -1) : (input.value + key).slice(0, input.maxLength);
  if (byThumb) input.focus({ preventScroll: true });
}

function undo(entry) {
  return keep({ kind: "withdraw", withdraws: entry.id });
}

// The entries as the outbox has them, and those that are on their way into it. After an answer what was wrong is over,
// unless it is that nothing can be saved.
async function show(answered = false) {
  const settled = new Set(entries.filter((entry) => !entry.saving).map(({ id }) => id));
  const kept = await outbox.all();
  for (const { id } of kept) settled.add(id);
  entries = [...kept, ...entries.filter(({ id }) => !settled.has(id))];
  paintLast();
  paintSoon();
  mayUpdate();
  if (answered && !entries.some((entry) => entry.unsaved)) troubleIsOver();
}

function isMine(entry) {
  return (entry.token ?? token()) === token();
}

function paintLast() {
  day = new Day(entries.filter(isMine), entries.filter((entry) => entry.waiting && !isMine(entry)).length);
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
  const { status, ok, told } = await ask("/telling/post", token());
  if (status === 401 || status === 403) return signedOut(told.reason);
  if (!ok) return;
  phone.keepPost(told);
  showPost(post(), district());
  paintLast();
}

function signedOut(reason) {
  showTrouble(reason.includes("this phone") ? reason : `${reason} Numbers keyed so far stay on this phone.`);
}

// Nothing is forgotten that the server has not just said it holds, unless it was handed over (`even`). Resolves with
// the reason when the stint cannot end.
async function end(even) {
  if (!even) {
    const total = await compare().catch(() => null);
    if (!total) return "The server must confirm that it has everything, and cannot be asked just now. Try again with signal.";
    if (total.missing.length) {
      compared(total);
      return held(total);
    }
  }
  if (!(await outbox.forgetOf(token(), even))) {
    await show();
    return "A number has been keyed since, or cannot be removed. Wait until all is sent, then end again.";
  }
  sender?.end();
  phone.forgetToken();
  location.assign("/enter");
  return "";
}

async function everythingAgain() {
  await outbox.sendAgain(day.entries);
  await show();
  sender?.keyed();
}

async function compared(total) {
  if (!total?.missing.length) return;
  showTrouble(held(total));
  await show();
  sender?.keyed();
}

async function count() {
  await compared(await compare().catch(() => null));
}

async function takeOver(offered) {
  const known = new Set(entries.map(({ id }) => id));
  for (const entry of offered.filter(({ id }) => !known.has(id))) await outbox.add({ ...entry, token: token() });
  await show();
  sender?.keyed();
}

function startOfDay() {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  return midnight.toISOString();
}

async function start() {
  sender = new Sender({ changed: show, signedOut, trouble: showTrouble });
  mayUpdate = install(async () => !(await outbox.waiting(1)).length && !input.value && !day.saving);
  stayAwake();
  everyQuarter(count);
  await outbox.forgetBefore(startOfDay()).catch(() => {});
  await show();
  await whereIStand().catch(() => {});
}

const stint = new Stint({ undo, everythingAgain, compared, end });
listenToKeys(press);
input.addEventListener("keydown", (event) => event.key === "Enter" && enter());
$("to-stint").addEventListener("click", () => turnTo($("stint").classList.contains("hidden")));
$("districts").addEventListener("change", () => phone.keepDistrict(district()));
phone.whenTokenChanges(() => location.reload());
addEventListener("beforeunload", (event) => day.waitingInAll && event.preventDefault());
if (post()) showPost(post(), phone.district());
listenForOffers({ take: takeOver, unreadable: showTrouble });
if (token()) start();
else location.replace("/enter");
