// The clerk's grid: a paper slip keyed box by box, by keyboard alone, however slow the line.
import * as outbox from "./outbox.js";
import * as view from "./slip_view.js";
import * as top from "./slip_heading.js";
import * as beside from "./slip_beside.js";
import * as check from "./slip_check.js";
import { desk, forget, keep, lay, notify, remembered, sender, typedByBox } from "./slip_desk.js";
import { listen } from "./slip_keys.js";
import { moving } from "./slip_moving.js";
import { known, readPlace, warnOfTheSame } from "./slip_place.js";
import { post } from "./slip_sending.js";
import { newId } from "./phone.js";
import { plainly } from "./number_check.js";
import { Closing } from "./slip_closing.js";
import { SlipBoxes } from "./slip_boxes.js";

const byId = (id) => document.getElementById(id);
// The number offered last, for the key that takes the one after it.
let offered = { box: 0, of: "", n: 0 };

const closing = new Closing({
  keyed: () => desk.boxes.keyed, giveTally: (many) => desk.blind || keep(desk.boxes.tally(many)), done,
  blind: desk.blind && (() => check.compare(desk.url, desk.csrf, desk.id, typedByBox())),
});

function paint(box) {
  const { typed, outcome } = desk.boxes.at(box);
  const district = top.heading().district;
  const what = typed ? known.numbers.judge(typed, district, outcome) : null;
  if (what && desk.blind && what.sign === "duplicate") Object.assign(what, { sign: "match", word: "match" });
  const twin = what && desk.boxes.twin(box, (number) => plainly({ number, district }));
  if (twin) Object.assign(what, { sign: "duplicate", word: `as box ${twin}`, aloud: `also in box ${twin}`, offers: [] });
  view.show(box, desk.boxes.at(box), what, byId("eye")?.checked);
  return what;
}

function paintAll() {
  const many = Math.max(top.heading().boxes, desk.boxes.highest);
  view.draw(many);
  for (let box = 1; box <= many; box += 1) paint(box);
  closing.compare();
}

function accept(box, typed, undoing = false) {
  const entries = desk.boxes.change(box, typed, undoing);
  if (!entries.length) return;
  const what = paint(box);
  // What was the same number in another box may not be so any more.
  for (const other of desk.boxes.boxes.keys()) if (other !== box) paint(other);
  const offer = what?.offers.length ? ` + takes ${what.offers[0]}.` : "";
  if (what) view.say(what.sign === "match" ? "" : `Box ${box}: ${typed}, ${what.aloud}.${offer}`);
  if (what) view.sound(what.sign);
  closing.compare();
  keep(entries);
}

function next(box, typed) {
  if (!typed && !desk.boxes.at(box).typed) return closing.focus();
  const after = view.field(box + 1);
  return after ? after.focus() : closing.focus();
}

function undo() {
  const { activeElement } = document;
  const own = Number(activeElement?.dataset?.box ?? 0);
  if (own && activeElement.value.trim() !== desk.boxes.at(own).typed) return restore(own);
  const last = desk.boxes.undo();
  if (!last) return view.say("There is nothing to undo.");
  accept(last.box, last.typed, true);
  view.field(last.box).value = last.typed;
  view.field(last.box).focus();
  return view.say(`Box ${last.box} is ${last.typed || "empty"} again.`);
}

function restore(box) {
  view.field(box).value = desk.boxes.at(box).typed;
  view.field(box).select();
}

function clear(box) {
  view.field(box).value = "";
  accept(box, "");
  view.say(`Box ${box} is cleared. Ctrl Z brings it back.`);
}

// The number offered for this box or, when it is empty, for the one before; pressed again, the one offered next.
function take(box, typed) {
  const at = typed || !desk.boxes.at(box - 1).typed ? box : box - 1;
  if (at === box) accept(box, typed);
  const again = offered.box === at && offered.taken === desk.boxes.at(at).typed;
  const offers = again ? offered.offers : known.numbers.judge(desk.boxes.at(at).typed, top.heading().district).offers;
  if (!offers.length) return view.say("No number is offered here.");
  const n = again ? (offered.n + 1) % offers.length : 0;
  offered = { box: at, offers, n, taken: offers[n] };
  view.field(at).value = offers[n];
  accept(at, offers[n]);
  return view.say(`Box ${at} is ${offers[n]} now.${offers.length > 1 ? " + takes the next that fits." : ""}`);
}

// Fills the empty boxes from here on.
function fill(from, parts) {
  const left = [...parts];
  for (let box = from; view.field(box) && left.length; box += 1) {
    if (desk.boxes.at(box).typed && box !== from) continue;
    view.field(box).value = left[0];
    accept(box, left.shift());
  }
  view.say(`${parts.length - left.length} numbers pasted.`);
  if (left.length) notify(`No box was left for ${left.join(", ")}. Set more boxes above, or key them on the next sheet.`);
  view.field(from).focus();
}

async function refresh() {
  if (await readPlace()) paintAll();
}

// The slip as the server tells it, or null when it knows none. Throws when it does not answer.
async function readSlip(id) {
  const answer = await fetch(`${desk.url}/${id}.json${desk.blind ? "?blind=1" : ""}`);
  if (answer.status === 404) return null;
  if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
  return answer.json();
}

// Lays a slip on the desk: what the server knows of it, and what only this browser has.
async function open(id, heading) {
  document.activeElement?.blur();
  notify("");
  const kept = id ? await readSlip(id) : null;
  const own = id && !desk.blind ? (await outbox.all()).filter(({ token }) => token === id) : [];
  if (heading ?? kept ?? own[0]) top.show(kept ?? own[0]?.heading ?? heading);
  const boxes = new SlipBoxes();
  boxes.load(desk.blind ? {} : kept ?? {}, kept ? own.filter(({ waiting, outcome }) => waiting || outcome === "refused") : own);
  if (desk.blind) for (const [box, typed] of Object.entries(check.remembered(id))) boxes.change(Number(box), typed, true);
  desk.queued = kept?.state === "waiting";
  lay(id ?? newId(), boxes, kept ? kept.state !== "waiting" : own.length > 0);
  byId("what").textContent = desk.blind ? "Check a slip, blind" : kept?.state === "closed" ? "A closed slip" : "Key a slip";
  byId("attach").action = `${desk.url}/${desk.id}/photo`;
  byId("attach").classList.toggle("hidden", desk.blind || !kept);
  beside.hide();
  beside.showPhoto(desk.url, kept, () => readSlip(desk.id).then((again) => beside.showPhoto(desk.url, again, () => {})));
  paintAll();
  claim(kept);
  closing.show(desk.blind ? {} : { ...kept, strokes: boxes.strokes });
  view.field(1).focus();
  refresh();
}

// While somebody else is at it, better say so before than after the first number.
async function claim(kept) {
  if (desk.blind || !["waiting", "open"].includes(kept?.state)) return;
  const { status, told } = await post(`${desk.url}/${desk.id}/claim`, desk.csrf, {});
  if (status === 409) notify(told.reason);
}

// The closing goes its way like any number; the next sheet need not wait for it.
async function done({ stated, reason }) {
  const before = top.heading();
  keep([{ id: newId(), kind: "close", stated, reason }]);
  view.say(`Slip ${before.sheet}: closing.`);
  byId("next").classList.toggle("hidden", !desk.queued);
  if (desk.queued) return byId("next-waiting").focus();
  return nextSheet(before);
}

async function nextSheet(before) {
  byId("next").classList.add("hidden");
  history.replaceState(null, "", `${desk.url}/grid`);
  await open(null, { ...before, sheet: before.sheet + 1 });
}

Object.assign(desk, { repaint: paint, say: view.say });
top.listen((name) => {
  if (name === "place") return refresh();
  paintAll();
  return warnOfTheSame();
});
listen(byId("key-boxes"), {
  accept, next, clear, undo, take, restore, fill, before: (box) => view.field(Math.max(1, box - 1)).focus(),
});
byId("eye")?.addEventListener("change", paintAll);
byId("next-sheet").addEventListener("click", () => nextSheet(top.heading()));
moving({ readAgain: () => open(desk.id) });
resume().catch(() => notify("This slip cannot be read just now.", ["Try again", () => location.reload()]));

// Goes on with the slip that the address names; else with one that this browser was closed over; else begins one.
async function resume() {
  let left = desk.id ? null : await remembered();
  if (left && ["closed", "void"].includes((await readSlip(left.id))?.state)) {
    await forget(left.id);
    left = await remembered();
  }
  await open(desk.id ?? left?.id, left?.heading ?? top.kept());
  sender?.flush();
  if (left) notify("This slip was not closed yet.", ["Key another sheet instead", another]);
}

function another() {
  return forget().then(() => nextSheet(top.heading()));
}
