// The open page of paper: while something is drawn, how far it is.
const LOOK_EVERY_MS = 700;
const bundles = document.getElementById("bundles");

async function look() {
  if (document.hidden || !bundles.querySelector("[data-busy=yes]")) return;
  const answer = await fetch(bundles.dataset.drawn).catch(() => null);
  if (answer?.ok) bundles.innerHTML = await answer.text();
}

setInterval(() => look().catch(() => {}), LOOK_EVERY_MS);
