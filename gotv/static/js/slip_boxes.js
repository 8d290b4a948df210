// What stands in the boxes of one slip. Nothing is written over: a change withdraws what stood there and keys anew.
import { newId } from "./phone.js";

export class SlipBoxes {
  constructor() {
    this.boxes = new Map();
    this.strokes = [];
    this.changes = [];
  }

  // `kept` is a slip as the server tells it; `entries` are this browser's own that wait to be sent, oldest first.
  load({ in_boxes = {}, strokes = [] }, entries) {
    for (const [box, { id, typed, outcome, before }] of Object.entries(in_boxes)) {
      this.boxes.set(Number(box), { id, typed, outcome, before: before.map((was) => was.typed) });
    }
    this.strokes = [...strokes];
    for (const entry of entries) this.again(entry);
  }

  again({ id, kind, number, box, withdraws, outcome }) {
    if (kind === "no_number" && !this.strokes.includes(id)) this.strokes.push(id);
    if (kind === "mark" && this.at(box).id !== id) {
      this.put(box, id, number);
      this.at(box).outcome = outcome;
    }
    if (kind !== "withdraw") return;
    this.strokes = this.strokes.filter((stroke) => stroke !== withdraws);
    const [of] = [...this.boxes].find(([, each]) => each.id === withdraws) ?? [];
    if (of) this.put(of, null, "");
  }

  at(box) {
    return this.boxes.get(box) ?? { id: null, typed: "", before: [] };
  }

  put(box, id, typed) {
    const was = this.at(box);
    this.boxes.set(box, { id, typed, before: was.typed ? [...was.before, was.typed] : was.before });
  }

  // How many boxes hold a number; what the server could not read is none.
  get keyed() {
    return [...this.boxes.values()].filter(({ typed, outcome }) => typed && outcome !== "refused").length;
  }

  // The boxes with something that the server could not read.
  get unread() {
    return [...this.boxes].filter(([, { typed, outcome }]) => typed && outcome === "refused").map(([box]) => box);
  }

  get highest() {
    return Math.max(0, ...[...this.boxes].filter(([, { typed }]) => typed).map(([box]) => box));
  }

  // The other box of this slip in which the same number stands, as `plain` writes it; 0 when there is none.
  twin(box, plain) {
    const same = ([other, { typed }]) => other !== box && typed && plain(typed) === plain(this.at(box).typed);
    return [...this.boxes].find(same)?.[0] ?? 0;
  }

  // The entries that bring the box to what is typed: none when it stands there already.
  change(box, typed, undoing = false) {
    const was = this.at(box);
    if (was.typed === typed) return [];
    if (!undoing) this.changes.push({ box, typed: was.typed });
    const entries = was.id ? [{ id: newId(), kind: "withdraw", withdraws: was.id }] : [];
    if (typed) entries.push({ id: newId(), kind: "mark", number: typed, box });
    this.put(box, typed ? entries.at(-1).id : null, typed);
    return entries;
  }

  // The last change taken back: {box, typed}, or undefined when there is none.
  undo() {
    return this.changes.pop();
  }

  // The entries that bring the tally of those who gave no number to `many`.
  tally(many) {
    const more = Array.from({ length: Math.max(0, many - this.strokes.length) }, () => ({ id: newId(), kind: "no_number" }));
    const less = this.strokes.slice(many).map((stroke) => ({ id: newId(), kind: "withdraw", withdraws: stroke }));
    this.strokes = [...this.strokes.slice(0, many), ...more.map(({ id }) => id)];
    return [...more, ...less];
  }
}
