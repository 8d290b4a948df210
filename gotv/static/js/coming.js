// One's own sign-up: the secret of the link stays in the fragment, which no server and no log ever sees.
const mine = document.getElementById("mine");
const token = location.hash.slice(1);
const said = document.getElementById("said");
const PATIENCE_MS = 15000;

function say(words) {
  said.replaceChildren();
  if (!words) return;
  const line = document.createElement("p");
  Object.assign(line, { className: "note bad", textContent: words });
  said.append(line);
}

// What was tapped is gone with the page it stood on: what is said in its place has the focus, and is read out.
function show(html, shift) {
  // Made by our own server, with everything in it escaped.
  mine.innerHTML = html;
  const place = mine.querySelector(`[data-of="${shift}"]`) ?? mine.querySelector(".note");
  if (!place || shift === undefined) return;
  place.tabIndex = -1;
  place.focus();
}

async function ask(address, more = {}) {
  try {
    const answer = await fetch(address, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token, ...more }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const told = await answer.json();
    if (!answer.ok) {
      // Nobody's link is no page; what is only busy may be tried again, with all that was typed.
      if (answer.status < 500 && answer.status !== 429) mine.replaceChildren();
      return say(told.reason);
    }
    // What was filled in stays to be put right.
    const filledIn = address === mine.dataset.details || address === mine.dataset.day;
    if (!told.trouble || !filledIn) show(told.html, address === mine.dataset.read ? undefined : more.shift_id ?? 0);
    return say(told.trouble);
  } catch {
    return say("No connection just now. Try again in a moment.");
  }
}

mine.addEventListener("click", ({ target }) => {
  const { comes, shift, does } = target.dataset;
  if (!comes && !shift) return;
  target.disabled = true;
  const asked = comes
    ? ask(mine.dataset.change, { comes: comes === "true" })
    : ask(mine.dataset.answer, { shift_id: Number(shift), does: does === "true" });
  asked.finally(() => { target.disabled = false; });
});
mine.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(mine.dataset[event.target.dataset.send], Object.fromEntries(new FormData(event.target)));
});
ask(mine.dataset.read);
