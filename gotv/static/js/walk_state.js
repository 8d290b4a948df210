// What is to be seen at each door, worked out from the list, the server's last word and what was found on this phone.
// Nothing here touches the page.
const key = (number) => number.join("|");
const SETTLES = new Set(["voted", "gone"]);

const takesBack = ({ kind, outcome }) => kind === "withdraw" && outcome !== "refused";

// The results of this phone that stand, newest last.
export function standing(entries) {
  const undone = new Set(entries.filter(takesBack).map(({ withdraws }) => withdraws));
  return entries.filter(({ id, kind, outcome }) => kind !== "withdraw" && outcome !== "refused" && !undone.has(id));
}

// What every row's status is worked out from, gathered once. A result taken back here that the server still believes
// in counts no more, though there may be no signal to say so.
export function factsOf({ state, me, entries, now, outing }) {
  const undone = new Map(entries.filter(takesBack).map((entry) => [entry.withdraws, entry]));
  const restored = entries.filter(({ id, kind }) => SETTLES.has(kind) && undone.get(id)?.waiting);
  return {
    ...state,
    me,
    now,
    undone,
    mine: standing(entries).filter(({ outing_id }) => outing_id === outing),
    wanted: new Set([...state.wanted, ...restored.flatMap(({ electors }) => electors)].map(key)),
    seen: new Set(state.seen.map(key)),
  };
}

// One row: who is still wanted, and how it stands: open, due, done, struck; `there`: who else stands at the door.
export function statusOf(row, facts) {
  const ours = facts.mine.filter(({ door_id }) => door_id === row.door_id);
  const told = facts.undone.has(facts.done[row.door_id]?.id) ? undefined : facts.done[row.door_id];
  const settledHere = new Set(ours.filter(({ kind }) => SETTLES.has(kind)).flatMap(({ electors }) => electors.map(key)));
  const people = row.people.filter(({ number }) => facts.wanted.has(key(number)) && !settledHere.has(key(number)));
  const last = latest(ours.at(-1), told);
  const [other, name] = facts.there[row.door_id] ?? [];
  const seen = row.people.every(({ number }) => facts.seen.has(key(number)));
  return { people, last, seen, there: other !== undefined && other !== facts.me ? name : null, how: how(people, ours, told, last, facts.now) };
}

function latest(mine, told) {
  if (!mine || !told) return mine ?? told ?? null;
  return new Date(told.at) > new Date(mine.at) ? told : mine;
}

const FETCHED_MS = 45 * 60_000; // whom a lift fetches is left in peace so long, as on the lists

// Two who live there may say two things: each has their own last word.
function how(people, ours, told, last, now) {
  if (!people.length) return last && (SETTLES.has(last.kind) || last.kind === "no_calls") ? "done" : "struck";
  const words = people.map(({ number }) => ours.filter(({ electors }) => !electors.length || electors.some((one) => key(one) === key(number))).at(-1) ?? told);
  const promised = words.filter((word) => word?.promised_at && ["will_vote", "lift"].includes(word.kind));
  if (promised.some((word) => new Date(word.promised_at) - -(word.kind === "lift" ? FETCHED_MS : 0) <= now)) return "due";
  return words.every((word) => word && !SETTLES.has(word.kind)) ? "done" : "open";
}

// The results of this phone that a new one about these people at this door takes the place of.
export function replacedBy(facts, row, electors) {
  const about = new Set(electors.map(key));
  return facts.mine.filter(({ door_id, electors: before }) => door_id === row.door_id && before.some((one) => about.has(key(one))));
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
    const { how: stands, last, seen } = statuses.get(row.door_id);
    const shut = stands === "done" || stands === "struck";
    over += shut;
    voted += shut && (seen || last?.kind === "voted");
  }
  return { doors: rows.length, over, voted };
}

// What was fetched, put together with what is open (`before`, null when nothing is to stay): that list keeps its order
// until its knocker-up asks for the newer one, and older news of its doors than we have are no news.
export function merge(news, told, before) {
  const gone = told?.walk && news.walk?.outing_id !== told.walk.outing_id;
  const notice = gone ? `${told.walk.name} is no longer on this phone: it was finished, brought back, or given to another team.` : told?.notice;
  if (!before?.version || before.outing_id !== news.walk?.outing_id) return { ...news, notice };
  const { rows, version, made_at } = before;
  const state = news.walk.state.position < before.state.position ? before.state : news.walk.state;
  return { ...news, notice, walk: { ...news.walk, rows, version, made_at, state } };
}
