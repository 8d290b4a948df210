// The walk on the screen. Rows are made once and then only marked: nothing moves under a finger.
import { panel } from "./walk_door.js";
import { SECTIONS, address, clock, found } from "./walk_words.js";

const $ = (id) => document.getElementById(id);

const WAKE_MS = 700;

function element(tag, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

export class WalkView {
  // `tapped(row)` when a door is opened or shut, `act(row, kind, details)` when something was found.
  constructor({ tapped, act }) {
    Object.assign(this, { tapped, act, open: null, items: new Map() });
  }

  build(rows) {
    this.items.clear();
    this.open = null;
    const parts = [];
    let list;
    let before = "";
    for (const row of rows) {
      const part = `${row.section}|${row.street}`;
      if (part !== before) {
        const label = SECTIONS[row.section];
        list = element("ol", { className: "door-list" });
        parts.push(element("h2", {}, row.street, ...(label ? [element("span", { className: "tag", textContent: label })] : [])), list);
      }
      before = part;
      list.append(this.item(row));
    }
    $("doors").replaceChildren(...parts);
  }

  item(row) {
    const line = element("button", { type: "button", className: "door-row", onclick: () => this.tapped(row) });
    line.setAttribute("aria-expanded", "false");
    const made = element("li", {}, line);
    made.dataset.door = row.door_id;
    this.items.set(row.door_id, { made, line, was: "" });
    return made;
  }

  // Marks every row as it stands now; touches only those that changed.
  update(rows, statuses) {
    for (const row of rows) {
      const item = this.items.get(row.door_id);
      const status = statuses.get(row.door_id);
      const now = JSON.stringify([status, this.open === row.door_id]);
      if (!item || item.was === now) continue;
      item.was = now;
      for (const how of ["due", "done", "struck"]) item.made.classList.toggle(how, status.how === how);
      item.made.classList.toggle("taken", Boolean(status.there));
      item.line.replaceChildren(...lines(row, status));
    }
  }

  // A second tap of a nervous thumb must not press what has just come under it: the buttons wake after a moment.
  show(row, status, times, byItself = false) {
    const focused = document.activeElement?.closest("#doors");
    if (this.open !== null) this.shut();
    if (!row) return;
    const item = this.items.get(row.door_id);
    this.open = row.door_id;
    item.line.setAttribute("aria-expanded", "true");
    item.made.classList.add("open");
    const made = panel(status, times, (kind, details) => this.act(row, kind, details));
    item.made.append(made);
    this.wakesAt = byItself ? performance.now() + WAKE_MS : 0;
    if (!byItself) return;
    const buttons = [...made.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    setTimeout(() => buttons.forEach((button) => { button.disabled = false; }), WAKE_MS);
    if (focused) item.line.focus({ preventScroll: true });
  }

  shut() {
    const item = this.items.get(this.open);
    this.open = null;
    if (!item) return;
    item.line.setAttribute("aria-expanded", "false");
    item.made.classList.remove("open");
    item.made.querySelector(".panel")?.remove();
  }

  // Whoever tapped a door that opened by itself in that moment wanted it open.
  mayShut(row) {
    return this.open === row.door_id && performance.now() > this.wakesAt;
  }

  bringIntoView(row) {
    const made = this.items.get(row?.door_id)?.made;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    made?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }
}

function lines(row, { people, how, last, there, seen }) {
  const wanted = new Set(people.map(({ number }) => number.join("|")));
  const names = row.people.map(({ number, name }, n) => element("span", {
    className: wanted.has(number.join("|")) ? "person" : "person seen",
    textContent: name || `Pledge ${n + 1}`,
  }));
  const listed = names.flatMap((name, n) => (n ? [", ", name] : [name]));
  return [
    element("span", { className: "row-number", textContent: `${row.row}.` }),
    element(
      "span",
      {},
      element("b", { textContent: row.door }),
      element("span", { className: "people" }, ...listed),
      element("span", { className: "why", textContent: why(row, how, last, there, seen) }),
    ),
  ];
}

function why(row, how, last, there, seen) {
  if (how === "struck") return seen ? "✓ seen at the polling place" : "✓ nobody is to be seen here any more";
  if (there && how !== "done") return `${there} is here`;
  if (how === "due") return `${found(last)}: not seen yet, go now`;
  if (how === "done") return `✓ ${found(last)}, ${clock(last.at)}${last.by ? `, ${last.by}` : ""}`;
  return row.reason;
}

export function summaryOf({ doors, over, voted }, next) {
  const where = next ? `next: ${address(next)}` : "no door is left";
  return `${over} of ${doors} doors, ${voted} voted, ${where}`;
}
