// The clerk's grid: a paper slip keyed box by box, by keyboard alone, however slow the line.
import * as view from "./slip_view.js";
import * as top from "./slip_heading.js";
import * as check from "./slip_check.js";
import { desk, keep, typedByBox } from "./slip_desk.js";
import { listen } from "./slip_keys.js";
import { moving } from "./slip_moving.js";
import { known, readPlace } from "./slip_place.js";
import { notify } from "./slip_notices.js";
import { nextSheet, open, resume, sheetDone } from "./slip_opening.js";
import { plainly } from "./number_check.js";
import { Closing } from "./slip_closing.js";

const byId = (id) => document.getElementById(id);
// The number offered last, for the key that takes the one after it.
let offered = { slip: "", box: 0 };

const closing = new Closing({
  keyed: () => desk.boxes.keyed, giveTally: (many) => desk.blind || keep(desk.boxes.tally(many)), done: sheetDone,
  back: () => view.field(desk.boxes.highest || 1).focus(), blind: desk.blind && (() => check.compare(desk.url, desk.csrf, desk.id, typedByBox())),
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
  keep(entries);
  const what = paint(box);
  // What was the same number in another box may not be so any more.
  for (const other of desk.boxes.boxes.keys()) if (other !== box) paint(other);
  const offer = what?.offers.length ? ` + takes ${what.offers[0]}.` : "";
  if (what) view.say(what.sign === "match" ? "" : `Box ${box}: ${typed}, ${what.aloud}.${offer}`);
  if (what) view.sound(what.sign);
  closing.compare();
}

function next(box, typed) {
  if (!typed && !desk.boxes.at(box).typed) return closing.focus();
  const after = view.field(box + 1);
  return after ? after.focus() : closing.focus();
}

function after(box) {
  (view.field(box + 1) ?? byId("stated")).focus();
}

function undo() {
  const { activeElement } = document;
  const own = Number(activeElement?.dataset?.box ?? 0);
  if (own && activeElement.value.trim() !== desk.boxes.at(own).typed) return restore(own);
  const last = desk.boxes.undo();
  if (!last) return view.say("There is nothing to undo.");
  if (!view.field(last.box)) view.draw(last.box);
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
  const again = offered.slip === desk.id && offered.box === at && offered.change === desk.boxes.at(at).id;
  const offers = again ? offered.offers : known.numbers.judge(desk.boxes.at(at).typed, top.heading().district)?.offers ?? [];
  if (!offers.length) return view.say("No number is offered here.");
  const n = again ? (offered.n + 1) % offers.length : 0;
  view.field(at).value = offers[n];
  accept(at, offers[n]);
  offered = { slip: desk.id, box: at, offers, n, change: desk.boxes.at(at).id };
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
  notify("pasted", "");
  if (left.length) notify("pasted", `No box was left for ${left.join(", ")}. Set more boxes above, or key them on the next sheet.`);
  view.field(from).focus();
}

Object.assign(desk, { repaint: paint, say: view.say, compare: () => closing.compare() });
top.listen((name) => {
  paintAll();
  if (name !== "boxes") readPlace(paintAll);
});
listen(byId("key-boxes"), {
  accept, next, after, clear, undo, take, restore, fill, before: (box) => view.field(Math.max(1, box - 1)).focus(),
});
byId("eye")?.addEventListener("change", paintAll);
byId("next-sheet").addEventListener("click", () => nextSheet());
moving({ readAgain: () => open(desk.id) });
resume({ paintAll, closing });
