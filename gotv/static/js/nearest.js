// Where you are needed: a postcode, your place or a click on the map, answered by the nearest battlegrounds.
import { drawMap } from "./map.js";

const form = document.getElementById("ask");
const said = document.getElementById("said");
const here = document.getElementById("here");
const PATIENCE_MS = 15000;
// A place is rounded to about a kilometre before it is sent: nobody needs to know more.
const DIGITS = 2;
let asked = 0;
let map;

function say(words, bad = false) {
  said.replaceChildren();
  if (!words) return;
  const line = document.createElement("p");
  Object.assign(line, { className: bad ? "note bad" : "hint", textContent: words });
  said.append(line);
}

async function find(about, moveTo) {
  const mine = ++asked;
  say("Looking…");
  try {
    const answer = await fetch(form.dataset.json, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(about),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const told = await answer.json();
    if (mine !== asked) return;
    if (!answer.ok) return say(told.reason, true);
    say("");
    show(told.found, moveTo);
    map?.show(told.at, told.found);
  } catch {
    if (mine === asked) say("No connection just now. Try again in a moment.", true);
  }
}

function show(found, moveTo) {
  const list = document.querySelector("#found ol");
  list.replaceChildren(...found.map(line));
  document.getElementById("found").classList.remove("hidden");
  if (moveTo) document.getElementById("found-heading").focus();
}

function line({ name, distance, why, events }) {
  const [place, title, tag, reason] = ["li", "b", "span", "p"].map((kind) => document.createElement(kind));
  title.textContent = name;
  Object.assign(tag, { className: "tag", textContent: distance });
  reason.textContent = why;
  place.append(title, " ", tag, reason);
  if (!events.length) return place;
  const next = document.createElement("ul");
  next.append(...events.map(eventLine));
  place.append(next, come(name, events[0].contest_id));
  return place;
}

function come(name, contest) {
  const [line, link] = ["p", "a"].map((kind) => document.createElement(kind));
  Object.assign(link, { className: "button main", href: `/come/${contest}`, textContent: "I'll come", ariaLabel: `I'll come to ${name}` });
  line.append(link);
  return line;
}

function eventLine({ title, when, left, page, more, day_off: dayOff }) {
  const [line, link, tag] = ["li", "a", "span"].map((kind) => document.createElement(kind));
  Object.assign(link, { href: page, textContent: title });
  line.append(link, `, ${when}`);
  const words = left <= 0 ? (dayOff ? "enough people" : "full") : more > 0 && `${more} more wanted`;
  if (!words) return line;
  Object.assign(tag, { className: left > 0 ? "tag warn" : "tag", textContent: words });
  line.append(" ", tag);
  return line;
}

function rounded(degrees) {
  return Number(degrees.toFixed(DIGITS));
}

function useMyPlace() {
  say("Asking your device where you are…");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => find({ lat: rounded(coords.latitude), lon: rounded(coords.longitude) }, true),
    ({ code }) => say(code === 1 ? "Your device may not tell where you are. Type a postcode." : "Your place was not found. Type a postcode.", true),
    { timeout: PATIENCE_MS, maximumAge: 600_000 },
  );
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find({ postcode: form.elements.postcode.value }, true);
  });
  here.classList.toggle("hidden", !("geolocation" in navigator && isSecureContext));
  here.addEventListener("click", useMyPlace);
  drawMap(document.getElementById("map"), (lat, lon) => find({ lat: rounded(lat), lon: rounded(lon) })).then((drawn) => { map = drawn; });
}
