// The line between a knocker-up's phone and the house: results go out, news of the walk comes in.
export function lineOf({ walk, opened }) {
  return {
    namespace: "/knocking",
    event: "results",
    path: "/knocking/results",
    onTheWire,
    on: { walk },
    opened,
  };
}

function onTheWire({ id, kind, withdraws, at, door_id, electors, promised_at, passengers, both_ways }) {
  if (kind === "withdraw") return { id, kind, withdraws, at };
  return { id, kind, at, door_id, electors, promised_at, passengers, both_ways };
}
