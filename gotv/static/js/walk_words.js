// Words and times of the walk, as a volunteer says them.
export const FOUND = {
  voted: "Voted",
  not_in: "Not in",
  will_vote: "Will vote",
  lift: "Needs a lift",
  gone: "Moved or wrong address",
  no_calls: "Do not call again",
};

export const SECTIONS = { now: "Now", walk: "", last: "If there is time" };

export function clock(moment) {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

export function plural(n, one, many = `${one}s`) {
  return `${n} ${n === 1 ? one : many}`;
}

export function address(row) {
  return row.door === row.street ? row.door : `${row.door} ${row.street}`;
}

export function found({ kind, promised_at }) {
  const words = FOUND[kind] ?? kind;
  return promised_at && (kind === "will_vote" || kind === "lift") ? `${words} at ${clock(promised_at)}` : words;
}

// Half hours from now on until the poll closes, and how many of them a promise usually is away.
export function halfHours(now, closes) {
  const half = 30 * 60 * 1000;
  const times = [];
  for (let at = Math.ceil(now / half) * half; at <= new Date(closes).getTime() && times.length < 40; at += half) {
    times.push(new Date(at));
  }
  return times.length ? times : [new Date(closes)];
}
