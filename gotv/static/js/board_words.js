// The words of the board for what is not a number: how long a place has been quiet, how the hour's lists stand.
const QUIET_AFTER_MINUTES = 20;
const LISTS = {
  ready: ["Ready", "good"],
  late: ["Late", "bad"],
  "being made": ["Being made", ""],
  none: ["–", ""],
};

export function time(moment) {
  if (!moment) return "–";
  return new Date(moment).toLocaleTimeString("en-GB", { timeZone: "Europe/London" });
}

function tag(words, kind) {
  const element = document.createElement("span");
  element.className = `tag ${kind}`;
  element.textContent = words;
  return element;
}

// A place nobody tells at is "no teller", never a low turnout.
export function heard({ lastHeardAt, tellers, places }, now) {
  const few = Number(places) > 1 && Number(tellers) < Number(places);
  const staffed = few ? ` ${tellers} of ${places} places told` : "";
  if (!Number(tellers) && !lastHeardAt) return [tag("No teller", "warn")];
  if (!lastHeardAt) return [tag("Teller here, nothing yet", ""), staffed];
  const minutes = Math.max(0, Math.floor((new Date(now) - new Date(lastHeardAt)) / 60000));
  if (minutes >= QUIET_AFTER_MINUTES) return [tag(`No numbers since ${time(lastHeardAt).slice(0, 5)}`, "warn"), staffed];
  return [minutes ? `${minutes} min ago` : "Just now", staffed];
}

export function lists(state) {
  return tag(...(LISTS[state] ?? LISTS.none));
}
