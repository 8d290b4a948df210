// What the house does not take: named, tried again, or keyed as a slip of its own. Nothing of it is thrown away.
import * as outbox from "./outbox.js";
import { desk, sender, written } from "./slip_desk.js";
import { focusAgain } from "./slip_view.js";
import { newId } from "./phone.js";
import { notify } from "./slip_notices.js";
import { SlipBoxes } from "./slip_boxes.js";
import { waitingOf } from "./slip_sending.js";

export function refused(of, reason, entries) {
  const [{ kind, heading }] = entries;
  const name = of === desk.id ? "" : `Slip ${heading.sheet}: `;
  if (kind === "close") {
    notify(of, `Slip ${heading.sheet} is not closed. ${reason}`, ["Open it", () => location.assign(`${desk.url}/grid?slip=${of}`)]);
    return;
  }
  const typed = entries.filter((entry) => entry.kind === "mark").map(({ number }) => number);
  notify(of, `${name}${reason} Not sent: ${typed.join(", ") || "a change"}.`,
    ["Key what is not sent as a new slip", () => keyAnew(of)],
    ["Try again", () => tryAgain(of)]);
}

function tryAgain(of) {
  notify(of, "");
  focusAgain();
  return sender.again(of);
}

// What waits of a slip that the house does not take, as it now stands, becomes a slip of its own.
async function keyAnew(of) {
  await written();
  const waiting = await waitingOf(of);
  const boxes = new SlipBoxes();
  boxes.load({}, waiting);
  const [token, { heading }] = [newId(), waiting.at(-1)];
  const filled = [...boxes.boxes].filter(([, { typed }]) => typed);
  const anew = [
    ...filled.map(([box, { typed }]) => ({ kind: "mark", number: typed, box })),
    ...boxes.strokes.map(() => ({ kind: "no_number" })),
    ...waiting.filter(({ kind }) => kind === "close").slice(-1).map(({ kind, stated, reason }) => ({ kind, stated, reason })),
  ];
  const at = new Date().toISOString();
  for (const entry of anew) await outbox.add({ ...entry, id: newId(), token, heading, at, keyedAt: performance.now() });
  await outbox.forgetOf(of, true);
  location.assign(`${desk.url}/grid?slip=${token}`);
}
