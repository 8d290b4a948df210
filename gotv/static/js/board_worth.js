// What knocking up was worth, beside the board: asked for every half minute, unless the board is held still.
const LOOK_EVERY_MS = 30000;
const place = document.getElementById("worth");

async function look() {
  if (document.hidden || document.getElementById("pause").getAttribute("aria-pressed") === "true") return;
  const answer = await fetch(place.dataset.url).catch(() => null);
  if (answer?.ok && !answer.redirected && !place.contains(document.activeElement)) place.innerHTML = await answer.text();
}

look().catch(() => {});
setInterval(() => look().catch(() => {}), LOOK_EVERY_MS);
