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

export function words(entry, withdrawn) {
  if (withdrawn) return entry.waiting ? "Undone" : "Undone, sent";
  if (entry.waiting) return "Saved on this phone";
  if (entry.outcome === "refused") return `Not kept: ${entry.reason}`;
  return OUTCOMES[entry.outcome] ?? "Sent";
}

export function clock(moment) {
  return new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
