// A knocker-up's phone: the walk in order, what was found at each door, all of it with and without signal.
import * as outbox from "./outbox.js";
import { ask } from "./asking.js";
import { lineOf } from "./knocking_line.js";
import * as phone from "./phone.js";
import { Sender } from "./sending.js";
import { install, stayAwake } from "./shell.js";
import { ending, showBlank, showFree, showLast, showNewer, showNoWalk, showPast, showState, showThere, showTrouble } from "./walk_around.js";
import { forgetWalk, keepWalk, keptWalk } from "./walk_keeping.js";
import { counts, nextRow, standing, statusOf } from "./walk_state.js";
import { WalkView, summaryOf } from "./walk_view.js";
import { address, found } from "./walk_words.js";
const LOOK_EVERY_MS = 30000;
const UNSAVED = "This phone cannot save results. Write them on paper too.";
const $ = (id) => document.getElementById(id);
let told = null; // the walk as it was last fetched
let entries = [];
let statuses = new Map();
let skew = 0; // how far this phone's clock is behind the house's
let last = null;
let sender;
const view = new WalkView({ tapped, act });

const now = () => Date.now() + skew;
const post = (path, body) => ask(path, phone.token(), body).catch(() => null);
const walk = () => told?.walk ?? null;
const rows = () => walk()?.rows ?? [];

function paint() {
  if (!walk()) return;
  const facts = { state: walk().state, me: told.me, mine: standing(entries), now: now(), outing: walk().outing_id };
  statuses = new Map(rows().map((row) => [row.door_id, statusOf(row, facts)]));
  view.update(rows(), statuses);
  const next = nextRow(rows(), statuses);
  $("summary").textContent = summaryOf(counts(rows(), statuses), next);
  showThere(rows(), statuses);
  showState(told, entries, rows().length);
  showNewer(walk());
  showPast(entries, rows(), walk().outing_id, undo);
}

// Opens the next door by itself; the second tap is what was found there.
function goOn() {
  const next = nextRow(rows(), statuses);
  openDoor(next);
  if (next) view.bringIntoView(next);
  view.update(rows(), statuses);
}

function openDoor(row) {
  view.show(row, row && statuses.get(row.door_id), { now: now(), closes: walk().closes });
  sayWhere();
}

// So that two on one walk do not meet: of two who come at once the house lets one have the door.
async function sayWhere() {
  const row = rows().find(({ door_id }) => door_id === view.open);
  if (!row || !sender?.socket?.connected) return;
  const answer = await sender.socket.emit("at_door", row.door_id).catch(() => ({ ok: true }));
  if (!answer.ok && answer.there) taken(row, answer.there);
}

function taken(row, name) {
  walk().state.there[row.door_id] = [-1, name];
  paint();
  if (view.open === row.door_id) goOn();
}

function tapped(row) {
  if (view.open === row.door_id) view.shut();
  else openDoor(row);
  paint();
}

async function act(row, kind, details) {
  const id = phone.newId();
  showLast(last = { id, words: `${address(row)}: ${found({ kind, ...details })}` });
  await keep({ id, kind, door_id: row.door_id, outing_id: walk().outing_id, ...details });
  goOn();
}

async function undo(id) {
  showLast(last = last?.id === id ? null : last);
  await keep({ id: phone.newId(), kind: "withdraw", withdraws: id });
  view.shut();
  paint();
}

async function keep(result) {
  const entry = { at: new Date(now()).toISOString(), token: phone.token(), ...result };
  entries = [...entries, { ...entry, waiting: 1 }];
  paint();
  if (!(await outbox.add(entry))) showTrouble(UNSAVED);
  await changed();
  sender.keyed();
}

async function changed() {
  entries = await outbox.all();
  const refused = entries.filter(({ outcome, token }) => outcome === "refused" && token === phone.token()).at(-1);
  if (refused) showTrouble(`Not taken: ${refused.reason}`);
  paint();
}

// News of the walk: only of the one that is open here. Null: not out any more.
function heard(state) {
  if (state && walk() && state.outing_id === walk().outing_id) {
    walk().state = state;
    keepWalk(told);
    paint();
  } else if (state || walk()) fetchWalk();
}

async function fetchWalk(fresh = false) {
  const answer = await ask("/knocking/walk", phone.token()).catch(() => null);
  if (!answer) return null;
  if (answer.status === 401 || answer.status === 403) return blank(answer.told.reason);
  return answer.ok && take(answer.told, fresh === true);
}

// The list that is open keeps its order until the knocker-up asks for the newer one.
function take(news, fresh = false) {
  skew = new Date(news.now).getTime() - Date.now();
  const same = !fresh && walk() && news.walk && news.walk.outing_id === walk().outing_id && walk().version;
  const list = same ? { rows: rows(), version: walk().version, made_at: walk().made_at } : {};
  told = { ...news, savedAt: now(), walk: news.walk && { ...news.walk, ...list } };
  showAll(!same);
  keepWalk(told).then((kept) => kept || showTrouble("This phone cannot keep the walk: leave this page open."));
}

function showAll(anew) {
  $("blank").classList.add("hidden");
  $("walk").textContent = walk() ? walk().name : "Knocking up";
  $("who").textContent = [told.name, walk()?.place && `people here vote at ${walk().place}`].filter(Boolean).join("; ");
  showFree(told, takeWalk);
  ending(walk(), comeBack);
  if (anew || !walk()) view.build(rows());
  if (!walk()) return showNoWalk(told, entries);
  paint();
  if (anew) goOn();
  return view.settle();
}

async function takeWalk(walkId) {
  const answer = await post("/knocking/take", { walk_id: walkId });
  if (!answer) return showTrouble("No connection. Try again when there is signal.");
  if (!answer.ok) showTrouble(answer.told.reason);
  return answer.ok ? take(answer.told, true) : fetchWalk();
}

async function comeBack(how) {
  await sender.flush();
  const answer = await post("/knocking/back", { outing_id: walk().outing_id, ending: how });
  if (!answer) return showTrouble("No connection. Try again when there is signal; what you found is kept.");
  showLast(last = null);
  if (!answer.ok) return fetchWalk();
  await forgetWalk();
  return take(answer.told, true);
}

// Nothing personal stays: neither on the screen nor on the disk.
async function blank(words, signedOut = true) {
  told = null;
  view.build([]);
  showLast(last = null);
  await forgetWalk();
  await outbox.forgetBefore(new Date(now() + 86400000).toISOString());
  if (signedOut) phone.forgetToken();
  showBlank(words, signedOut);
}

function lookAtTheClock() {
  if (walk() && now() >= new Date(walk().ends_at).getTime()) {
    blank("Your shift is over, and this walk has left the phone. What you found is kept.", false).then(fetchWalk);
  } else paint();
}

async function start() {
  if (!phone.token()) return showBlank("Open your link, or scan your card, to get a walk.", true);
  entries = await outbox.all();
  const kept = await keptWalk();
  if (kept) {
    told = kept;
    skew = kept.skew ?? 0;
    lookAtTheClock();
    if (told) showAll(true);
  }
  sender = new Sender({ changed, signedOut: blank, trouble: showTrouble, line: lineOf({ walk: heard, opened: sayWhere }) });
  await fetchWalk();
  setInterval(fetchWalk, LOOK_EVERY_MS);
  setInterval(lookAtTheClock, 1000);
  addEventListener("online", fetchWalk);
  document.addEventListener("visibilitychange", () => document.hidden || fetchWalk());
  $("undo").addEventListener("click", () => last && undo(last.id));
  $("newer-take").addEventListener("click", () => fetchWalk(true));
  install(async () => !(await outbox.waiting(1)).length);
  return stayAwake();
}

start();
