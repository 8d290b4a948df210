// The boxes as they are seen and heard: a number, a sign with its word, what stood there before.
import { SIGNS } from "./slip_signs.js";

const PITCH = { match: 0, postal: 520, duplicate: 660, unknown: 330, elsewhere: 330, unreadable: 220 };
const list = document.getElementById("key-boxes");
const said = document.getElementById("said");
let player;
let last;
list.addEventListener("focusin", ({ target }) => { last = target; });

export function draw(many) {
  while (list.children.length > many) list.lastElementChild.remove();
  for (let box = list.children.length + 1; box <= many; box += 1) list.append(made(box));
  list.style.setProperty("--rows", Math.ceil(many / Number(list.dataset.columns ?? 4)));
}

function made(box) {
  const place = document.createElement("li");
  place.innerHTML = `<label for="box-${box}">${box}</label>
    <input id="box-${box}" data-box="${box}" type="text" maxlength="40" autocomplete="off" autocapitalize="off"
      spellcheck="false" enterkeyhint="next" aria-describedby="sign-${box}"><small id="sign-${box}" class="sign"></small>`;
  return place;
}

export function field(box) {
  return document.getElementById(`box-${box}`);
}

// Back to where the clerk was.
export function focusAgain() {
  (last?.isConnected ? last : field(1)).focus();
}

export function show(box, { typed, before }, judged, eye) {
  const input = field(box);
  if (!input) return;
  // Never under the hands of the clerk: what is being typed there is not accepted yet.
  if (document.activeElement !== input) input.value = typed;
  const place = document.getElementById(`sign-${box}`);
  place.replaceChildren();
  place.parentElement.dataset.sign = judged?.sign ?? "";
  const was = before.length ? [part("was", before.at(-1))] : [];
  if (judged) place.append(...words(judged, was, eye));
  else place.append(...was);
}

function words({ sign, word, who, offers }, was, eye) {
  const mark = document.createElement("b");
  mark.textContent = SIGNS[sign][0];
  mark.setAttribute("aria-hidden", "true");
  const parts = [mark, ` ${word} `, ...was];
  if (eye && who) parts.push(part("who", who));
  if (offers.length) parts.push(part("offer", `${offers.slice(0, 3).join(", ")}? +`));
  return parts;
}

function part(name, text) {
  const made = document.createElement("span");
  made.className = name;
  made.textContent = text;
  return made;
}

export function say(text) {
  said.textContent = text;
}

// Distinct for the ear: only what wants a look makes a sound, and only when sounds were switched on.
export function sound(sign) {
  if (!document.getElementById("sounds").checked || !PITCH[sign]) return;
  player ??= new AudioContext();
  const tone = player.createOscillator();
  tone.frequency.value = PITCH[sign];
  tone.connect(player.destination);
  tone.start();
  tone.stop(player.currentTime + 0.09);
}
