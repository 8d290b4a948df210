// What the pad says about an entry, in words a teller understands.
const OUTCOMES = {
  marked: "Sent",
  already_marked: "Sent. Already given before – that is fine",
  postal: "Sent. Has a postal vote – noted",
  unmatched: "Sent. Not on our list – kept for the organiser",
  counted: "Sent",
  withdrawn: "Sent",
};

export function said(entry) {
  if (entry.kind === "no_number") return "No number";
  return entry.district && !/[a-z]/i.test(entry.number) ? `${entry.district} ${entry.number}` : entry.number;
}

// `undone` is the entry that takes this one back, if there is one; `before` is when the same number was given on this phone, if it was; `remark` is what the phone notices itself;
// `brief` for a line in a list.
export function words(entry, { undone = null, before = null, remark = "", brief = false } = {}) {
  if (undone) return undone.waiting ? "Undone" : "Undone, sent";
  if (entry.outcome === "refused") return `Not kept: ${entry.reason}`;
  return [state(entry, before, brief), remark].filter(Boolean).join(". ");
}

function state(entry, before, brief) {
  const now = entry.waiting ? saved(entry, brief) : OUTCOMES[entry.outcome] ?? "Sent";
  if (!before) return now;
  return `Already given ${clock(before)} – that is fine. ${entry.waiting ? saved(entry, brief) : "Sent"}`;
}

function saved(entry, brief) {
  if (entry.saving) return "Saving";
  if (entry.unsaved) return "Not saved: write it on paper too";
  return brief ? "Waiting" : "Saved on this phone";
}

export function clock(moment) {
  return new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
