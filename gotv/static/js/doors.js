// The open page of doors knocked: its figures are read again every few seconds.
const LOOK_EVERY_MS = 15000;
const doors = document.getElementById("doors");

async function look() {
  if (document.hidden) return;
  const answer = await fetch(doors.dataset.look).catch(() => null);
  // Made by our own server, with everything in it escaped.
  if (answer?.ok) doors.innerHTML = await answer.text();
}

setInterval(() => look().catch(() => {}), LOOK_EVERY_MS);
document.addEventListener("visibilitychange", () => look().catch(() => {}));
