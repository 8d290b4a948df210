// Moving a whole slip: its heading is opened again, and every number keyed from it then counts for the new one.
import * as top from "./slip_heading.js";
import { desk, settled } from "./slip_desk.js";
import { notify } from "./slip_notices.js";
import { post } from "./slip_sending.js";

const [begin, now, not] = ["move-button", "move-now", "move-not"].map((id) => document.getElementById(id));

let before;

// `readAgain` lays the slip on the desk anew, as the server then has it. Meanwhile nothing is keyed.
export function moving({ readAgain }) {
  begin.addEventListener("click", async () => {
    const waiting = await settled();
    if (waiting) return notify("moving", `${waiting} entries of this slip still wait to be sent. Move it when they are.`);
    before = top.heading();
    offer(true);
    notify("moving", `Put the heading right. All ${desk.boxes.keyed} numbers will then count for it.`);
    return document.getElementById("place").focus();
  });
  now.addEventListener("click", async () => {
    const { told } = await post(`${desk.url}/${desk.id}/move`, desk.csrf, { heading: top.heading() });
    if (!told.ok) return notify("moving", told.reason);
    offer(false);
    top.keep();
    await readAgain();
    return notify("moving", `Moved: ${told.moved} numbers now count for ${top.placeName()}, ${top.heading().district}.`);
  });
  not.addEventListener("click", () => {
    top.show(before);
    offer(false);
    notify("moving", "");
  });
}

function offer(open) {
  top.lock(!open, ["boxes"]);
  begin.classList.toggle("hidden", open);
  for (const button of [now, not]) button.classList.toggle("hidden", !open);
  for (const part of [document.getElementById("key-boxes"), document.getElementById("closing")]) part.inert = open;
}
