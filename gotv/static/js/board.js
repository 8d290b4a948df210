// The live board: cells patched from frames, a fresh snapshot after a gap or a silence, and never a stale figure unsaid.
import { Socket } from "./socket.js";
import { heard, lists, time } from "./board_words.js";

const SILENCE_MS = 5000;
const SAY_RECONNECTING_MS = 10000;
const SAY_STALE_MS = 60000;
const SHOW_CHANGE_MS = 2500;
const HOURS_EVERY_MS = 10000;
const READ_ALOUD_EVERY_MS = 60000;

const board = document.getElementById("board");
const { contest, csrf } = board.dataset;
const room = board.dataset.room === "" ? null : Number(board.dataset.room);
const query = room === null ? "" : `?room=${room}`;
const asOf = document.getElementById("as-of");
let position = Number(board.dataset.position);
let at = null;
let freshAt = Date.now();
let hoursAt = 0;
let why = ""; // what the house says when it gives no figures
let held = null; // frames kept back while the board is paused

function row(name) {
  return [...board.querySelectorAll(`[data-row="${CSS.escape(name)}"]`)];
}

// The cells of a row, without those inside it that belong to another (a place's cells in a district's row).
function mine(element) {
  return [element, ...element.querySelectorAll("*")].filter((cell) => cell.closest("[data-row]") === element);
}

function put(cell, text) {
  if (cell.textContent === text) return;
  cell.textContent = text;
  cell.classList.add("moved");
  setTimeout(() => cell.classList.remove("moved"), SHOW_CHANGE_MS);
}

function showRow(name, values) {
  for (const element of row(name)) {
    for (const cell of mine(element)) {
      if (cell.dataset.cell in values) put(cell, String(values[cell.dataset.cell]));
      if ("heard" in cell.dataset) Object.assign(cell.dataset, { lastHeardAt: values.last_heard_at ?? "", tellers: values.tellers });
      if (cell.dataset.lists && values.lists) cell.dataset.lists = values.lists;
    }
  }
}

function showState() {
  for (const age of board.querySelectorAll("[data-heard]")) age.replaceChildren(...heard(age.dataset, at));
  for (const state of board.querySelectorAll("[data-lists]")) state.replaceChildren(lists(state.dataset.lists));
}

function showAll({ rooms = [], places = [], districts = [], total }) {
  for (const each of rooms) showRow(`room-${each.committee_room_id}`, each);
  for (const each of places) showRow(`place-${each.place_id}`, each);
  for (const each of districts) showRow(`district-${each.district}`, each);
  if (total) showRow("total", total);
}

function fresh(moment, newPosition) {
  at = moment;
  position = newPosition;
  freshAt = Date.now();
  document.getElementById("position").textContent = newPosition;
  showState();
  sayHowFresh();
}

async function readSnapshot() {
  const answer = await fetch(`/contests/${contest}/board.json${query}`, { headers: { Accept: "application/json" } });
  why = answer.ok ? "" : (await answer.json().catch(() => ({}))).reason ?? "";
  if (!answer.ok) return sayHowFresh();
  const snapshot = await answer.json();
  // Asked for before the pause, or by a tab that came back to the front: a board held still stands still.
  if (held) return;
  showAll(snapshot);
  fresh(snapshot.at, snapshot.position);
  readHours();
}

async function readHours() {
  if (Date.now() - hoursAt < HOURS_EVERY_MS) return;
  hoursAt = Date.now();
  const answer = await fetch(`/contests/${contest}/board/hours${query}`);
  if (!answer.ok || held) return;
  const open = document.querySelector("#hours details")?.open;
  document.getElementById("hours").innerHTML = await answer.text();
  if (open) document.querySelector("#hours details").open = true;
}

function onFrame(frame) {
  if (held) return hold(frame);
  // The frame builds on a position we have not seen: something went missing on the way.
  if (frame.since > position) return readSnapshot();
  showAll(frame.changed);
  fresh(frame.at, frame.position);
  if (frame.changed.hours) readHours();
}

function hold(frame) {
  held.push(frame);
  freshAt = Date.now();
  sayHowFresh();
}

function sayHowFresh() {
  const age = Date.now() - freshAt;
  const stale = age > SAY_STALE_MS;
  const band = document.getElementById("stale");
  board.classList.toggle("stale", age > SAY_RECONNECTING_MS);
  band.classList.toggle("hidden", !stale && !why);
  if (stale || why) band.textContent = `These figures are old: nothing heard since ${time(at)}. ${why || "Trying to reconnect."}`;
  const words = held
    ? `Paused at ${time(at)}, ${new Set(held.map((frame) => frame.position)).size} changes waiting`
    : age > SAY_RECONNECTING_MS ? `Reconnecting, showing ${time(at)}` : `Live, as of ${time(at)}`;
  if (asOf.textContent !== words) asOf.textContent = words;
}

function pause() {
  const button = document.getElementById("pause");
  if (!held) held = [];
  else {
    const frames = held;
    held = null;
    frames.forEach(onFrame);
    readSnapshot().catch(() => {}); // and what a snapshot would have shown meanwhile
  }
  button.setAttribute("aria-pressed", String(Boolean(held)));
  button.textContent = held ? "Resume" : "Pause";
  sayHowFresh();
}

// Ticking seconds are for eyes; a screen reader hears a summary once a minute.
function readAloud() {
  const value = (name) => board.querySelector(`[data-row=total] [data-cell=${name}]`).textContent;
  document.getElementById("aloud").textContent =
    `${value("marks")} marked, ${value("outstanding")} pledges outstanding, as of ${time(at)}`;
}

const socket = new Socket("/board", {
  auth: async () => {
    const answer = await fetch(`/contests/${contest}/board/ticket`, { method: "POST", headers: { "X-CSRFToken": csrf } });
    if (!answer.ok) throw new Error("no ticket");
    return answer.json();
  },
  on: { frame: onFrame, switched_off: () => location.assign("/enter") },
  opened: () => join().catch(() => socket.again()),
});

// Without an answer to the join no frame would come: then the line is opened anew.
async function join() {
  const answer = await socket.emit("join", { committee_room: room });
  if (answer.ok) await readSnapshot();
}

asOf.removeAttribute("role");
const aloud = Object.assign(document.createElement("p"), { id: "aloud", className: "unseen" });
aloud.setAttribute("role", "status");
board.append(aloud);
document.getElementById("pause").addEventListener("click", pause);
addEventListener("pageshow", (event) => event.persisted && readSnapshot());
document.addEventListener("visibilitychange", () => document.hidden || (socket.connect(), readSnapshot()));
setInterval(() => {
  sayHowFresh();
  if (!held && Date.now() - freshAt > SILENCE_MS) readSnapshot().catch(() => {});
}, 1000);
setInterval(readAloud, READ_ALOUD_EVERY_MS);
readSnapshot().catch(() => {});
