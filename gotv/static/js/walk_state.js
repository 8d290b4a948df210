// What is to be seen at each door, worked out from the list, the server's last word and what was found on this phone.
// Nothing here touches the page.
const key = (number) => number.join("|");
const SETTLES = new Set(["voted", "gone"]);

// The results of this phone that stand, newest last.
export function standing(entries) {
  const undone = new Set(entries.filter(({ kind }) => kind === "withdraw").map(({ withdraws }) => withdraws));
  return entries.filter(({ id, kind, outcome }) => kind !== "withdraw" && outcome !== "refused" && !undone.has(id));
}

// One row: who is still wanted, and how it stands: open, due, done, struck; `there`: who else stands at the door.
export function statusOf(row, { state, me, mine, now, outing }) {
  const ours = mine.filter(({ door_id, outing_id }) => door_id === row.door_id && outing_id === outing);
  const wanted = new Set(state.wanted.map(key));
  const settledHere = new Set(ours.filter(({ kind }) => SETTLES.has(kind)).flatMap(({ electors }) => electors.map(key)));
  const people = row.people.filter(({ number }) => wanted.has(key(number)) && !settledHere.has(key(number)));
  const last = latest(ours.at(-1), state.done[row.door_id]);
  const [other, name] = state.there[row.door_id] ?? [];
  const there = other !== undefined && other !== me ? name : null;
  return { people, last, there, how: how(row, people, last, ours, now) };
}

function latest(mine, told) {
  if (!mine || !told) return mine ?? told ?? null;
  return new Date(told.at) > new Date(mine.at) ? told : mine;
}

function how(row, people, last, ours, now) {
  const promised = last?.promised_at && ["will_vote", "lift"].includes(last.kind) ? new Date(last.promised_at) : null;
  if (!people.length) return last && (SETTLES.has(last.kind) || last.kind === "no_calls") ? "done" : "struck";
  if (promised && promised <= now) return "due";
  // Of two who live there one has voted: the other is still wanted.
  if (last && !SETTLES.has(last.kind)) return "done";
  return "open";
}

// The next door to go to: one that is due, then in the order of the list; not where somebody else stands.
export function nextRow(rows, statuses) {
  const free = rows.filter((row) => !statuses.get(row.door_id).there);
  const due = free.find((row) => statuses.get(row.door_id).how === "due");
  const open = free.filter((row) => statuses.get(row.door_id).how === "open");
  return due ?? open.find((row) => row.section !== "last") ?? open[0] ?? null;
}

export function counts(rows, statuses) {
  let over = 0;
  let voted = 0;
  for (const row of rows) {
    const { how: stands, last } = statuses.get(row.door_id);
    if (stands === "done" || stands === "struck") over += 1;
    if (stands === "struck" || last?.kind === "voted") voted += 1;
  }
  return { doors: rows.length, over, voted };
}
