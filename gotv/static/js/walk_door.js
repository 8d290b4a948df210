// The open door: whom it is about, and what can be found there, each a big button.
import { FOUND, clock, halfHours, plural } from "./walk_words.js";

function element(tag, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

function button(kind, act, more = {}) {
  return element("button", { type: "button", textContent: FOUND[kind], onclick: () => act(kind), ...more });
}

// `act(kind, details)` is called with what was found; details name the electors it is about.
export function panel(status, { now, closes }, act) {
  const choices = status.people.length > 1 ? status.people.map(choice) : [];
  const chosen = () => {
    const some = status.people.filter((_, n) => !choices.length || choices[n].querySelector("input").checked);
    return (some.length ? some : status.people).map(({ number }) => number);
  };
  const find = (kind, details = {}) => act(kind, { electors: chosen(), ...details });
  const made = element("div", { className: "panel" });
  if (choices.length) {
    made.append(element("fieldset", {}, element("legend", { className: "unseen", textContent: "Whom it is about" }), ...choices));
  }
  made.append(
    element("div", { className: "finds" }, button("voted", find, { className: "main" }), button("not_in", find)),
    willVote(now, closes, find),
    lift(now, closes, find, status.people.length),
    element("div", { className: "less" }, button("gone", find), button("no_calls", find)),
  );
  return made;
}

function choice({ name }, n) {
  const box = element("input", { type: "checkbox", checked: true });
  return element("label", { className: "person-choice" }, box, name || `Pledge ${n + 1}`);
}

function times(now, closes, label, first) {
  const made = element("select", { ariaLabel: label });
  if (first) made.append(element("option", { value: "", textContent: first }));
  const all = halfHours(now, closes);
  all.forEach((time) => made.append(element("option", { value: time.toISOString(), textContent: `at ${clock(time)}` })));
  if (!first) made.selectedIndex = Math.min(1, all.length - 1);
  return made;
}

function willVote(now, closes, find) {
  const when = times(now, closes, "When they will vote");
  return element("div", { className: "with" }, button("will_vote", (kind) => find(kind, { promised_at: when.value })), when);
}

function lift(now, closes, find, people) {
  const when = times(now, closes, "When the lift is wanted", "as soon as can be");
  const many = element("select", { ariaLabel: "How many people" });
  for (let n = 1; n <= 6; n += 1) many.append(element("option", { value: n, textContent: plural(n, "person", "people") }));
  many.value = String(Math.min(people || 1, 6));
  const back = element("input", { type: "checkbox", checked: true });
  const details = () => ({ promised_at: when.value || null, passengers: Number(many.value), both_ways: back.checked });
  return element(
    "div",
    { className: "with" },
    button("lift", (kind) => find(kind, details())),
    when,
    many,
    element("label", { className: "both" }, back, "and back"),
    element("small", { textContent: "Free of charge." }),
  );
}
