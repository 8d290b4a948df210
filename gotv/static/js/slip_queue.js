// The page of slips: one key for each thing to do, the tables kept fresh, the districts of the place chosen.
import { listen } from "./slip_heading.js";
import { SlipSender } from "./slip_sending.js";

const LOOK_EVERY_MS = 10_000;
let again;
const tables = document.getElementById("tables");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
});

// Not under the hands of somebody who is about to do something there.
function isIdle() {
  return !document.hidden && !tables.contains(document.activeElement) && !tables.querySelector("details[open]");
}

async function look() {
  if (isIdle()) {
    const answer = await fetch(tables.dataset.fragment).catch(() => null);
    const fresh = answer?.ok && !answer.redirected ? await answer.text() : "";
    if (fresh && isIdle() && fresh.trim() !== tables.innerHTML.trim()) tables.innerHTML = fresh;
  }
  clearTimeout(again);
  again = setTimeout(look, LOOK_EVERY_MS);
}

function refused(slip, reason, [{ kind, heading }]) {
  const unsent = document.getElementById("unsent");
  const open = document.createElement("a");
  Object.assign(open, { href: `${tables.dataset.url}/grid?slip=${slip}`, textContent: "Open it" });
  unsent.replaceChildren(`Slip ${heading.sheet}, keyed on this computer, is ${kind === "close" ? "not closed" : "not all sent"}. ${reason} `, open);
  unsent.classList.remove("hidden");
}

if (tables) {
  listen(() => {});
  // What was keyed on this computer and has not gone out yet goes from here as well.
  new SlipSender({ ...tables.dataset, answered: look, closed: look, refused }).flush();
  again = setTimeout(look, LOOK_EVERY_MS);
}
