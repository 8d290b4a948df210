// The open rota while a worker thinks about who could go where: when it has, the page is read again.
const LOOK_EVERY_MS = 700;
const thinking = document.getElementById("thinking");

async function look() {
  const answer = await fetch(thinking.dataset.look).catch(() => null);
  if (answer?.ok && (await answer.json()).made) location.reload();
}

if (thinking) setInterval(() => look().catch(() => {}), LOOK_EVERY_MS);
