// The clerk's desk: which slip lies on it, and how what is keyed reaches the disk at once and the ledger by itself.
import * as outbox from "./outbox.js";
import * as check from "./slip_check.js";
import * as top from "./slip_heading.js";
import { notify } from "./slip_notices.js";
import { refused } from "./slip_refused.js";
import { SlipBoxes } from "./slip_boxes.js";
import { SlipSender, waitingOf } from "./slip_sending.js";

const page = document.getElementById("slip");
const asked = new URLSearchParams(location.search);
const held = document.getElementById("held");
// Which slips came out of the queue, for a page that is loaded again.
const QUEUED = "gotv-slip-queued";

// `repaint`, `say` and `compare` are the grid's: a box that the server has answered, a line for all, and the sum.
export const desk = {
  ...page.dataset, blind: asked.has("check"), id: asked.get("check") ?? asked.get("slip"),
  boxes: new SlipBoxes(), begun: false, closed: false, queued: false, repaint: () => {}, say: () => {}, compare: () => {},
};
export const sender = desk.blind ? null : new SlipSender({ url: desk.url, csrf: desk.csrf, answered, closed, refused, signedOut });
// Writes follow each other: what is keyed first is stored first.
let writing = Promise.resolve();
// Whether anything is in this page only, because the browser could not save it.
let unsaved = false;

export function lay(id, boxes, { begun, closed = false, waiting = false }) {
  Object.assign(desk, { id, boxes, begun, closed, queued: cameFromTheQueue(id, waiting) });
  top.lock(desk.blind || begun, ["boxes"]);
  document.getElementById("move-button").classList.toggle("hidden", desk.blind || !begun);
  showHeld();
}

// On the disk first, then on its way.
export function keep(entries) {
  if (desk.blind) {
    check.remember(desk.id, typedByBox());
    return showHeld();
  }
  const [token, heading, at] = [desk.id, top.heading(), new Date().toISOString()];
  if (!desk.begun) begin();
  if (desk.closed && entries[0].kind !== "close") openAgain();
  writing = writing.then(async () => {
    for (const entry of entries) await outbox.add({ ...entry, token, heading, at, keyedAt: performance.now() });
    showHeld();
    sender.flush();
  });
  return writing;
}

function openAgain() {
  desk.closed = false;
  document.getElementById("next").classList.add("hidden");
  notify("closed", "This slip was closed. It is open again: close it anew when it is right.");
}

function cameFromTheQueue(id, waiting) {
  try {
    if (waiting) sessionStorage.setItem(QUEUED, id);
    return sessionStorage.getItem(QUEUED) === id;
  } catch {
    return waiting;
  }
}

// Resolves when all that was keyed is stored.
export function written() {
  return writing;
}

// Resolves with how many entries of this slip wait, after all that can be done about it.
export async function settled() {
  await writing;
  await sender.flush();
  return (await waitingOf(desk.id)).length;
}

// The slip is done with: what the ledger holds of it does not stay in this browser.
export async function forget(id = desk.id) {
  await outbox.forgetOf(id);
}

function begin() {
  desk.begun = true;
  top.lock(true, ["boxes"]);
  document.getElementById("move-button").classList.remove("hidden");
  top.keep();
  history.replaceState(null, "", `${desk.url}/grid?slip=${desk.id}`);
}

// What only this page has would be gone with it.
addEventListener("beforeunload", (event) => unsaved && event.preventDefault());

// The slip that was on the desk when the browser was closed, {id, heading}: what was keyed last is on the disk.
// Not one of those already looked at.
export async function remembered(seen = new Set()) {
  const every = await outbox.all();
  const closing = new Set(every.filter(({ kind, waiting }) => kind === "close" && waiting).map(({ token }) => token));
  const last = every.filter(({ token }) => !closing.has(token) && !seen.has(token)).at(-1);
  return last && { id: last.token, heading: last.heading };
}

export async function showHeld() {
  const { keyed, unread } = desk.boxes;
  if (desk.blind) {
    held.textContent = `Blind check: ${keyed} keyed. Nothing that counts is changed by it.`;
    return;
  }
  const every = (await outbox.all()).filter((entry) => entry.waiting);
  const waiting = every.filter(({ token }) => token === desk.id).length;
  unsaved = every.some((entry) => entry.unsaved);
  const where = unsaved ? "in this page only, for this browser cannot save: do not close it" : "saved on this computer";
  held.textContent = [
    waiting ? `${keyed} keyed. ${waiting} waiting to be sent, ${where}.` : keyed ? `${keyed} keyed, all held by the ledger.` : "Nothing keyed yet.",
    unread.length ? `In box ${unread.join(", ")} no number can be read.` : "",
    every.length > waiting ? `Of other slips ${every.length - waiting} are waiting to be sent, ${where}.` : "",
  ].filter(Boolean).join(" ");
  held.classList.toggle("warn", unsaved || unread.length > 0);
}

async function answered(of, answers, stands) {
  if (of !== desk.id) return showHeld();
  for (const [box, each] of desk.boxes.boxes) {
    const answer = answers.get(each.id);
    if (!answer) continue;
    each.outcome = answer.first ?? answer.outcome;
    if (each.outcome === "refused") notify("unread", `Box ${box}, ${each.typed}: ${answer.reason}`);
    desk.repaint(box);
  }
  desk.compare();
  await showHeld();
  return warnOfAnother(of, stands);
}

// What stands in the ledger is compared only when nothing of ours is on its way there.
async function warnOfAnother(of, stands) {
  const stored = writing;
  await stored;
  if ((await waitingOf(of)).length || writing !== stored || of !== desk.id) return;
  notify("changed", isOurs(stands) ? "" : "This slip was changed on another page. Load it again before you go on.",
    ["Load it again", () => location.reload()]);
}

function isOurs(stands) {
  const ours = [...desk.boxes.boxes].filter(([, { typed, outcome }]) => typed && outcome !== "refused");
  return ours.length === Object.keys(stands).length && ours.every(([box, { id }]) => stands[box] === id);
}

function closed({ sheet }, keyed) {
  desk.say(`Slip ${sheet} is closed: ${keyed} ${keyed === 1 ? "number" : "numbers"}.`);
  showHeld();
}

function signedOut() {
  notify("signed out", "You are signed out. What you keyed is saved on this computer.", ["Sign in again", () => location.assign("/enter")]);
}

export function typedByBox() {
  const filled = [...desk.boxes.boxes].filter(([, { typed }]) => typed);
  return Object.fromEntries(filled.map(([box, { typed }]) => [box, typed]));
}
