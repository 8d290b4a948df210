// What the page knows of the polling place on the heading: its numbers, its tellers, and its other slips.
import * as beside from "./slip_beside.js";
import * as top from "./slip_heading.js";
import { desk } from "./slip_desk.js";
import { Numbers } from "./slip_signs.js";

const warning = document.getElementById("same");
export const known = { numbers: new Numbers(), slips: [] };

// Read anew for each slip: others key as well. True once it is there, and for the place that is chosen by then.
export async function readPlace() {
  const wanted = top.heading().place_id;
  const answer = await fetch(`${desk.url}/places/${wanted}.json`).catch(() => null);
  if (!answer?.ok || wanted !== top.heading().place_id) return false;
  const place = await answer.json();
  Object.assign(known, { numbers: new Numbers(place), slips: place.slips });
  top.offerTellers(place.tellers);
  warnOfTheSame();
  return true;
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
