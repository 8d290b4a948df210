// The clerk's desk: which slip lies on it, and how what is keyed reaches the disk at once and the ledger by itself.
import * as outbox from "./outbox.js";
import * as check from "./slip_check.js";
import * as top from "./slip_heading.js";
import { newId } from "./phone.js";
import { SlipBoxes } from "./slip_boxes.js";
import { SlipSender, waitingOf } from "./slip_sending.js";

const page = document.getElementById("slip");
const asked = new URLSearchParams(location.search);
const held = document.getElementById("held");
const notice = document.getElementById("notice");

// `repaint` and `say` are the grid's: a box that the server has answered, and a line for all.
export const desk = {
  ...page.dataset, blind: asked.has("check"), id: asked.get("check") ?? asked.get("slip"),
  boxes: new SlipBoxes(), begun: false, queued: false, repaint: () => {}, say: () => {},
};
export const sender = desk.blind ? null : new SlipSender({ url: desk.url, csrf: desk.csrf, answered, closed, refused, signedOut });
// Writes follow each other: what is keyed first is stored first.
let writing = Promise.resolve();
let unsaved = false;

export function lay(id, boxes, begun) {
  Object.assign(desk, { id, boxes, begun });
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
  writing = writing.then(async () => {
    for (const entry of entries) unsaved = !(await outbox.add({ ...entry, token, heading, at })) || unsaved;
    showHeld();
    sender.flush();
  });
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
  lay(desk.id, desk.boxes, true);
  top.keep();
  history.replaceState(null, "", `${desk.url}/grid?slip=${desk.id}`);
}

// What only this page has would be gone with it.
addEventListener("beforeunload", (event) => unsaved && event.preventDefault());

// The slip that was on the desk when the browser was closed, {id, heading}: what was keyed last is on the disk.
export async function remembered() {
  const every = await outbox.all();
  const closing = new Set(every.filter(({ kind, waiting }) => kind === "close" && waiting).map(({ token }) => token));
  const last = every.filter(({ token }) => !closing.has(token)).at(-1);
  return last && { id: last.token, heading: last.heading };
}

export async function showHeld() {
  const { keyed, unread } = desk.boxes;
  if (desk.blind) {
    held.textContent = `Blind check: ${keyed} keyed. Nothing that counts is changed by it.`;
    return;
  }
  const waiting = (await waitingOf(desk.id)).length;
  const where = unsaved ? "in this page only, for this browser cannot save: do not close it" : "saved on this computer";
  if (waiting) held.textContent = `${keyed} keyed. ${waiting} waiting to be sent, ${where}.`;
  else if (unread.length) held.textContent = `${keyed} keyed, all held by the ledger, but not box ${unread.join(", ")}: no number can be read there.`;
  else held.textContent = keyed ? `${keyed} keyed, all held by the ledger.` : "Nothing keyed yet.";
  held.classList.toggle("warn", unsaved || unread.length > 0);
}

function answered(of, answers, heldThere) {
  if (of !== desk.id) return showHeld();
  for (const [box, each] of desk.boxes.boxes) {
    const answer = answers.get(each.id);
    if (!answer) continue;
    each.outcome = answer.first ?? answer.outcome;
    if (each.outcome === "refused") notify(`Box ${box}, ${each.typed}: ${answer.reason}`);
    desk.repaint(box);
  }
  if (heldThere > desk.boxes.keyed) notify(`The ledger holds ${heldThere} numbers of this slip. Load the page again to see them.`);
  return showHeld();
}

function closed({ sheet }, keyed) {
  desk.say(`Slip ${sheet} is closed: ${keyed} ${keyed === 1 ? "number" : "numbers"}.`);
  showHeld();
}

// A line above the boxes, with buttons: [words, what they do].
export function notify(text, ...buttons) {
  notice.replaceChildren(`${text} `, ...buttons.map(([words, act]) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: words });
    button.addEventListener("click", act);
    return button;
  }));
  notice.classList.toggle("hidden", !text);
}

function refused(of, reason, entries) {
  const [{ kind, heading }] = entries;
  if (kind === "close") {
    notify(`Slip ${heading.sheet} is not closed. ${reason}`, ["Open it", () => location.assign(`${desk.url}/grid?slip=${of}`)]);
    return;
  }
  const typed = entries.filter(({ kind }) => kind === "mark").map(({ number }) => number);
  notify(`${reason} Not sent: ${typed.join(", ") || "a change"}.`,
    ["Key these as a new slip", () => keyAnew(of, entries)],
    ["Try again", () => { notify(""); sender.again(of); }]);
}

async function keyAnew(of, entries) {
  const token = newId();
  for (const { kind, number, box, heading, at } of entries) {
    if (kind === "mark") await outbox.add({ id: newId(), kind, number, box, heading, at, token });
  }
  await outbox.forgetOf(of, true);
  location.assign(`${desk.url}/grid?slip=${token}`);
}

function signedOut() {
  notify("You are signed out. What you keyed is saved on this computer.", ["Sign in again", () => location.assign("/enter")]);
}

export function typedByBox() {
  const filled = [...desk.boxes.boxes].filter(([, { typed }]) => typed);
  return Object.fromEntries(filled.map(([box, { typed }]) => [box, typed]));
}
