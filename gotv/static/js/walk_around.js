// What stands around the doors: free walks, the state line, the end of the walk, what was found, and the blank phone.
import { address, clock, found, plural } from "./walk_words.js";

const LOOK_EVERY_MS = 30000;
const $ = (id) => document.getElementById(id);
const show = (id, yes) => $(id).classList.toggle("hidden", !yes);

export function showTrouble(words) {
  $("trouble").textContent = words;
  show("trouble", Boolean(words));
}

export function showRefused(entries, token) {
  const refused = entries.filter((entry) => entry.outcome === "refused" && entry.token === token).at(-1);
  if (refused) showTrouble(`Not taken: ${refused.reason}`);
}

export function whenToLook(fetchWalk, lookAtTheClock) {
  setInterval(fetchWalk, LOOK_EVERY_MS);
  setInterval(lookAtTheClock, 1000);
  addEventListener("online", fetchWalk);
  document.addEventListener("visibilitychange", () => document.hidden || fetchWalk());
}

export function showBlank(words, signedOut) {
  for (const id of ["free", "ending", "newer"]) show(id, false);
  $("there").textContent = $("summary").textContent = $("who").textContent = "";
  $("walk").textContent = "Knocking up";
  $("state").textContent = "No walk on this phone.";
  $("blank-words").textContent = words;
  $("blank").querySelector("a").classList.toggle("hidden", !signedOut);
  show("blank", true);
}

export function showState(told, entries, doors) {
  const waiting = entries.filter((entry) => entry.waiting).length;
  const sent = entries.filter((entry) => entry.answeredAt).at(-1);
  const saved = doors ? `Saved on this phone ${clock(told.savedAt)}, ${plural(doors, "door")}` : "";
  const outgoing = waiting ? `${plural(waiting, "result")} waiting` : sent ? `all sent ${clock(sent.answeredAt)}` : "";
  const words = [saved, outgoing].filter(Boolean).join(" – ") || "Ready.";
  if ($("state").textContent !== words) $("state").textContent = words;
}

export function showFree({ walk, free, name, notice }, take) {
  show("free", !walk);
  if (walk) return;
  $("free-words").textContent = [notice, free.length
    ? `Hello ${name}. Take a walk that nobody is out with, or wait for your committee room to give you one.`
    : "No walk is free just now. Your committee room will give you one."].filter(Boolean).join(" ");
  $("free-walks").replaceChildren(...free.map((one) => {
    const line = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", onclick: () => take(one.walk_id) });
    button.textContent = `${one.name}, ${plural(one.doors, "door")}`;
    line.append(button);
    return line;
  }));
}

export function showNewer({ version, state, made_at }) {
  const newer = Boolean(version && state.version && state.version > version);
  show("newer", newer);
  if (newer) $("newer-words").textContent = `Your list is version ${version}, made ${clock(made_at)}. Version ${state.version} is ready: its order is new, struck doors are gone.`;
}

export function showNoWalk(told, entries) {
  for (const id of ["summary", "there"]) $(id).textContent = "";
  show("newer", false);
  showState(told, entries, 0);
}

// Who else of the team stands where.
export function showThere(rows, statuses) {
  const others = rows.filter((row) => statuses.get(row.door_id).there);
  $("there").textContent = others.map((row) => `${statuses.get(row.door_id).there} is at ${address(row)}`).join(", ");
}

export function showLast(last) {
  show("last", last);
  $("last-words").textContent = last?.words ?? "";
}

let asked = null;

let shown = null;

export function ending(walk, comeBack) {
  show("ending", walk);
  if (walk?.outing_id !== shown) show("sure", false);
  shown = walk?.outing_id;
  const ask = (how, words) => () => {
    asked = how;
    $("sure-words").textContent = words;
    show("sure", true);
    $("really").focus();
  };
  $("bring-back").onclick = ask("returned", "Bring it back? Somebody else can take it then.");
  $("really").onclick = () => comeBack(asked);
  const others = walk?.team?.includes(",") ? ` for all of you (${walk.team})` : "";
  $("finish").onclick = ask("finished", `Finish this walk${others}? It leaves the phone, and the committee room is told.`);
  $("not-yet").onclick = () => show("sure", false);
}

export function showPast(entries, rows, outing, undo) {
  const undone = new Set(entries.filter(({ kind, outcome }) => kind === "withdraw" && outcome !== "refused").map(({ withdraws }) => withdraws));
  const byDoor = new Map(rows.map((row) => [row.door_id, row]));
  const past = entries.filter(({ kind, outing_id, door_id }) => kind !== "withdraw" && outing_id === outing && byDoor.has(door_id));
  const key = JSON.stringify([past.map(({ id, waiting }) => [id, waiting]), [...undone]]);
  if ($("results").dataset.was === key) return;
  $("results").dataset.was = key;
  $("results").replaceChildren(...past.reverse().map((entry) => {
    const line = document.createElement("li");
    const words = document.createElement("span");
    words.textContent = `${clock(entry.at)} ${address(byDoor.get(entry.door_id))}: ${found(entry)}${entry.waiting ? ", waiting" : entry.outcome === "refused" ? `, not taken: ${entry.reason}` : ""}`;
    words.classList.toggle("undone", undone.has(entry.id));
    line.append(words);
    if (!undone.has(entry.id)) {
      const button = Object.assign(document.createElement("button"), { type: "button", onclick: () => undo(entry.id) });
      button.textContent = "Undo";
      button.setAttribute("aria-label", `Undo ${words.textContent}`);
      line.append(button);
    }
    return line;
  }));
}
