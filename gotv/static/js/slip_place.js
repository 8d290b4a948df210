// What the page knows of the polling place on the heading: its numbers, its tellers, and its other slips.
import * as beside from "./slip_beside.js";
import * as top from "./slip_heading.js";
import { desk } from "./slip_desk.js";
import { Numbers } from "./slip_signs.js";

const warning = document.getElementById("same");
export const known = { numbers: new Numbers(), slips: [] };

const AGAIN_MS = 3000;

// Read anew for each slip and heading: others key as well. `changed` is called when other numbers are known; what was
// known of another place is forgotten at once.
export async function readPlace(changed) {
  const wanted = top.heading().place_id;
  if (known.numbers.place !== wanted) Object.assign(known, { numbers: new Numbers(), slips: [] });
  const answer = await fetch(`${desk.url}/places/${wanted}.json`).catch(() => null);
  if (wanted !== top.heading().place_id) return;
  if (!answer?.ok) {
    setTimeout(() => wanted === top.heading().place_id && readPlace(changed), AGAIN_MS);
    return;
  }
  const place = await answer.json();
  Object.assign(known, { numbers: new Numbers(place), slips: place.slips });
  top.offerTellers(place.tellers);
  warnOfTheSame();
  changed();
}

// Another slip that says it is the same sheet of the same hour: who keyed it and when, and its boxes beside ours.
export function warnOfTheSame() {
  const [other] = desk.blind ? [] : beside.same(top.heading(), known.slips, desk.id);
  warning.classList.toggle("hidden", !other);
  if (!other) return;
  const show = document.createElement("button");
  Object.assign(show, { type: "button", textContent: "Show it beside this one" });
  show.addEventListener("click", () => beside.compare(desk.url, other, desk.boxes));
  warning.replaceChildren(`${beside.words(other)} Is this the same sheet? `, show);
}
