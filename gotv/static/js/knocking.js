// A knocker-up's phone: the walk in order, what was found at each door, all of it with and without signal.
import * as outbox from "./outbox.js";
import { ask } from "./asking.js";
import { lineOf } from "./knocking_line.js";
import * as phone from "./phone.js";
import { Sender } from "./sending.js";
import { install, stayAwake } from "./shell.js";
import { ending, showBlank, showFree, showLast, showNewer, showNoWalk, showPast, showRefused, showState, showThere, showTrouble, whenToLook } from "./walk_around.js";
import { forgetWalk, keepWalk, keptWalk } from "./walk_keeping.js";
import { counts, factsOf, merge, nextRow, replacedBy, statusOf } from "./walk_state.js";
import { WalkView, summaryOf } from "./walk_view.js";
import { address, found } from "./walk_words.js";
const UNSAVED = "This phone cannot save results. Write them on paper too.";
const $ = (id) => document.getElementById(id);
let told = null; // the walk as it was last fetched
let [entries, statuses, facts] = [[], new Map(), null];
let skew = 0; // how far this phone's clock is behind the house's
let [last, sender] = [null, null];
const view = new WalkView({ tapped, act });

const now = () => Date.now() + skew;
const post = (path, body) => ask(path, phone.token(), body).catch(() => null);
const [walk, rows] = [() => told?.walk ?? null, () => told?.walk?.rows ?? []];

function paint() {
  if (told) showState(told, entries, rows().length);
  if (!walk()) return;
  facts = factsOf({ state: walk().state, me: told.me, entries, now: now(), outing: walk().outing_id });
  statuses = new Map(rows().map((row) => [row.door_id, statusOf(row, facts)]));
  view.update(rows(), statuses);
  $("summary").textContent = summaryOf(counts(rows(), statuses), nextRow(rows(), statuses));
  showThere(rows(), statuses);
  showNewer(walk());
  showPast(entries, rows(), walk().outing_id, undo);
}

// Opens the next door by itself; the second tap is what was found there.
function goOn() {
  const next = nextRow(rows(), statuses);
  openDoor(next, true);
  view.bringIntoView(next);
  view.update(rows(), statuses);
}

function openDoor(row, byItself = false) {
  const status = row && statuses.get(row.door_id);
  // What was said may be said anew: then it is about everybody there.
  const people = status?.people.length ? status.people : row?.people;
  view.show(row, { ...status, people }, { now: now(), closes: walk()?.closes }, byItself);
  sayWhere();
}

// So that two on one walk do not meet: of two who come at once the house lets one have the door.
async function sayWhere() {
  if (!walk() || !sender?.socket?.connected) return;
  const door = view.open;
  const answer = await sender.socket.emit("at_door", door).catch(() => ({ ok: true }));
  if (answer.ok || !answer.there || !walk()) return;
  // Said in the row; the panel stays, for a thumb may be on its way.
  walk().state.there[door] = [-1, answer.there];
  paint();
}

function tapped(row) {
  if (view.mayShut(row)) view.shut();
  else if (view.open !== row.door_id) openDoor(row);
  paint();
}

async function act(row, kind, details) {
  if (view.open !== row.door_id) return; // of two taps on one button the first counts
  view.shut();
  showTrouble("");
  const before = replacedBy(facts, row, details.electors);
  // The walk may leave the phone while this is being written: the result still belongs to it.
  const [id, outing_id] = [phone.newId(), walk().outing_id];
  showLast(last = { id, words: `${address(row)}: ${found({ kind, ...details })}` });
  for (const { id: old } of before) await keep({ id: phone.newId(), kind: "withdraw", withdraws: old });
  await keep({ id, kind, door_id: row.door_id, outing_id, ...details });
  goOn();
}

async function undo(id) {
  const again = last?.id === id;
  if (again) showLast(last = null);
  await keep({ id: phone.newId(), kind: "withdraw", withdraws: id });
  return again ? goOn() : paint();
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
  showRefused(entries, phone.token());
  paint();
}

// News of the walk: only of the one that is open here. Null: not out any more.
function heard(state) {
  if (state && walk() && state.outing_id === walk().outing_id) {
    if (state.position < walk().state.position) return;
    walk().state = state;
    keepWalk(told);
    paint();
  } else if (state || walk()) fetchWalk();
}

async function fetchWalk(fresh = false) {
  const whose = phone.token();
  const answer = await ask("/knocking/walk", whose).catch(() => null);
  // Switched off, or somebody else signed in, while the answer was on its way.
  if (!whose || whose !== phone.token()) return null;
  if (!answer) return fresh === true && showTrouble("No connection: the newer list comes when there is signal.");
  if (answer.status === 401 || answer.status === 403) return blank(answer.told.reason);
  return answer.ok && take(answer.told, fresh === true);
}

function take(news, fresh = false) {
  skew = new Date(news.now).getTime() - Date.now();
  const before = fresh ? null : walk();
  told = { ...merge(news, told, before), skew, whose: phone.token(), savedAt: now() };
  showAll(!before || before.outing_id !== walk()?.outing_id || !before.version);
  keepWalk(told).then((kept) => kept || showTrouble("This phone cannot keep the walk: leave this page open."));
}

function showAll(anew) {
  for (const [id, off] of [["blank", true], ["rehearsal", !told.rehearsal]]) $(id).classList.toggle("hidden", off);
  $("walk").textContent = walk() ? walk().name : "Knocking up";
  $("who").textContent = [told.name, walk()?.place && `people here vote at ${walk().place}`].filter(Boolean).join("; ");
  showFree(told, takeWalk);
  ending(walk(), comeBack);
  if (anew || !walk()) view.build(rows());
  if (anew) showPast([], [], null, undo);
  if (!walk()) return showNoWalk(told, entries, showLast(last = null));
  paint();
  return anew && goOn();
}

async function takeWalk(walkId) {
  const answer = await post("/knocking/take", { walk_id: walkId });
  if (!answer) return showTrouble("No connection. Try again when there is signal.");
  return answer.ok ? take(answer.told, true) : (showTrouble(answer.told.reason), fetchWalk());
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
  showPast([], [], null, undo);
  await forgetWalk();
  await outbox.forgetBefore(new Date(now() + 86400000).toISOString());
  if (signedOut) phone.forgetToken();
  showBlank(words, signedOut);
}

function lookAtTheClock() {
  if (walk() && now() >= new Date(walk().ends_at).getTime()) {
    blank("Your shift is over, and this walk has left the phone. What you found is kept.", false);
  } else paint();
}

async function start() {
  entries = await outbox.all();
  const kept = await keptWalk();
  if (kept && kept.whose !== phone.token()) await forgetWalk();
  else if (kept) {
    told = kept;
    skew = kept.skew ?? 0;
    lookAtTheClock();
    if (told) showAll(true);
  }
  // Whatever waits goes out, though nobody is signed in: each result carries the token of who found it.
  sender = new Sender({ changed, signedOut: blank, trouble: showTrouble, line: lineOf({ walk: heard, opened: sayWhere }) });
  await fetchWalk();
  whenToLook(fetchWalk, lookAtTheClock);
  $("undo").addEventListener("click", () => last && undo(last.id));
  $("newer-take").addEventListener("click", () => fetchWalk(true));
  install(async () => !(await outbox.waiting(1)).length);
  return stayAwake();
}

start();
