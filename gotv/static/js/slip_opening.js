// Which slip is laid on the desk, in what state, and which comes after it.
import * as beside from "./slip_beside.js";
import * as check from "./slip_check.js";
import * as outbox from "./outbox.js";
import * as top from "./slip_heading.js";
import * as view from "./slip_view.js";
import { desk, forget, keep, lay, remembered, sender, settled } from "./slip_desk.js";
import { newId } from "./phone.js";
import { notify } from "./slip_notices.js";
import { post } from "./slip_sending.js";
import { readPlace } from "./slip_place.js";
import { SlipBoxes } from "./slip_boxes.js";

const PATIENCE_MS = 3000;
const PASSING = ["moving", "closed", "changed", "unread", "claim", "left", "pasted"];
const byId = (id) => document.getElementById(id);
// The grid's own: how all boxes are painted, and the closing.
let grid;

// Goes on with the slip that the address names; else with one that this browser was closed over; else begins one.
export async function resume(parts) {
  grid = parts;
  byId("next").addEventListener("submit", goOn);
  const left = desk.id ? null : await unfinished();
  try {
    await open(desk.id ?? left?.id, left?.heading ?? top.kept());
  } catch {
    notify("left", "This slip cannot be read just now.", ["Try again", () => location.reload()]);
    return;
  }
  sender?.flush();
  if (left) notify("left", "This slip was not closed yet.", ["Key another sheet instead", () => forget().then(nextSheet)]);
}

// What was on the desk last, unless it was closed, voided or moved out of reach elsewhere.
async function unfinished() {
  const seen = new Set();
  for (let left = await remembered(); left; left = await remembered(seen)) {
    const found = await readSlip(left.id).catch(({ status }) => ({ state: status === 403 ? "void" : "" }));
    if (!["closed", "void"].includes(found?.state)) return left;
    seen.add(left.id);
    await forget(left.id);
  }
  return null;
}

// Lays a slip on the desk: what the server knows of it, and what only this browser has.
export async function open(id, heading) {
  document.activeElement?.blur();
  for (const about of PASSING) notify(about, "");
  const before = await ownOf(id);
  const kept = id ? await readSlip(id) : null;
  const own = withAnswers(before, await ownOf(id));
  const begun = kept && kept.state !== "waiting";
  if (begun || kept || own.length || heading) top.show((begun ? kept : own.at(-1)?.heading ?? kept) ?? heading);
  lay(id ?? newId(), boxesOf(id, kept, own), {
    begun: Boolean(begun || own.length), closed: kept?.state === "closed", waiting: kept?.state === "waiting",
  });
  byId("what").textContent = desk.blind ? "Check a slip, blind" : desk.closed ? "A closed slip" : "Key a slip";
  byId("attach").action = `${desk.url}/${desk.id}/photo`;
  byId("attach").classList.toggle("hidden", desk.blind || !kept);
  byId("next").classList.add("hidden");
  beside.hide();
  showPhoto(desk.id, kept);
  grid.paintAll();
  claim(kept);
  grid.closing.show(desk.blind ? {} : { ...kept, strokes: desk.boxes.strokes });
  view.field(1).focus();
  readPlace(grid.paintAll);
}

// What this browser has of the slip, oldest first.
async function ownOf(id) {
  return id && !desk.blind ? (await outbox.all()).filter(({ token }) => token === id) : [];
}

// What waited before the server was asked may have been kept since, too late to be in its answer: it still counts as
// waiting, lest it be in neither; only what was said of it is taken from `now`.
function withAnswers(before, now) {
  const newest = new Map(now.map((entry) => [entry.id, entry]));
  return before.map((entry) => ({ ...(newest.get(entry.id) ?? entry), waiting: entry.waiting }));
}

function boxesOf(id, kept, own) {
  const boxes = new SlipBoxes();
  const withdrawn = new Set(own.map(({ withdraws }) => withdraws));
  // What the server could not read is nowhere but here, until it is put right.
  const unread = ({ id: entry, kind, outcome, box }) => kind === "mark" && outcome === "refused" && !withdrawn.has(entry) && !kept.in_boxes?.[box]?.id;
  boxes.load(desk.blind ? {} : kept ?? {}, kept ? own.filter((entry) => entry.waiting || unread(entry)) : own);
  if (desk.blind) for (const [box, typed] of Object.entries(check.remembered(id))) boxes.change(Number(box), typed, true);
  return boxes;
}

// The slip as the server tells it, or null when it knows none. Throws {status} when it does not answer.
async function readSlip(id) {
  const answer = await fetch(`${desk.url}/${id}.json${desk.blind ? "?blind=1" : ""}`);
  if (answer.status === 404) return null;
  if (!answer.ok || answer.redirected) throw Object.assign(new Error("not read"), { status: answer.status });
  return answer.json();
}

// A photo that a worker is still drawing is looked for again, as long as the slip is on the desk.
function showPhoto(id, kept) {
  beside.showPhoto(desk.url, kept, async () => {
    if (desk.id !== id) return;
    showPhoto(id, await readSlip(id).catch(() => kept));
  });
}

// While somebody else is at it, better say so before than after the first number.
async function claim(kept) {
  if (desk.blind || !["waiting", "open"].includes(kept?.state)) return;
  const { status, told } = await post(`${desk.url}/${desk.id}/claim`, desk.csrf, {});
  if (status === 409) notify("claim", told.reason);
}

// The closing goes its way like any number; the next sheet need not wait for it.
export function sheetDone({ stated, reason }) {
  keep([{ id: newId(), kind: "close", stated, reason }]);
  desk.closed = true;
  view.say(`Slip ${top.heading().sheet}: closing.`);
  if (!desk.queued) return nextSheet();
  byId("next").classList.remove("hidden");
  return byId("next-waiting").focus();
}

export async function nextSheet() {
  const before = top.heading();
  history.replaceState(null, "", `${desk.url}/grid`);
  await open(null, { ...before, sheet: top.next(before.sheet) });
  top.keep();
}

// To the next waiting slip: not before this one is in the ledger, or the line has had its chance.
async function goOn(event) {
  event.preventDefault();
  const form = event.target;
  form.elements.but.value = desk.id;
  await Promise.race([settled(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  form.submit();
}
