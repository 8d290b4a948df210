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

// `before` is when the same number was given on this phone, if it was; `remark` is what the phone notices itself.
export function words(entry, { withdrawn = false, before = null, remark = "" } = {}) {
  if (withdrawn) return entry.waiting ? "Undone" : "Undone, sent";
  if (entry.outcome === "refused") return `Not kept: ${entry.reason}`;
  return [state(entry, before), remark].filter(Boolean).join(". ");
}

function state(entry, before) {
  const saved = entry.saving ? "Saving" : entry.unsaved ? "Not saved: write it on paper too" : "Saved on this phone";
  const now = entry.waiting ? saved : OUTCOMES[entry.outcome] ?? "Sent";
  return before ? `Already given ${clock(before)} – that is fine. ${entry.waiting ? saved : "Sent"}` : now;
}

export function clock(moment) {
  return new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
