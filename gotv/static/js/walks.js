// The open page of walks: who is out with which, asked for again and again, without moving anything else.
const LOOK_EVERY_MS = 1500;
const table = document.getElementById("walks");
const TAGS = { free: "", out: "good", quiet: "warn" };

async function look() {
  if (document.hidden) return;
  const answer = await fetch(`/contests/${table.dataset.contest}/walks/out.json`).catch(() => null);
  if (!answer?.ok) return;
  for (const [walk, how] of Object.entries(await answer.json())) show(walk, how);
}

function show(walk, { state, words }) {
  const row = table.querySelector(`[data-walk="${CSS.escape(walk)}"]`);
  if (!row) return;
  const tag = row.querySelector("[data-cell=state]");
  if (tag.textContent !== state) {
    tag.textContent = state;
    tag.className = `tag ${TAGS[state]}`;
  }
  const said = row.querySelector("[data-cell=words]");
  if (said.textContent !== words) said.textContent = words;
  for (const part of row.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== (state === "out" ? "out" : "free");
}

if (table) setInterval(() => look().catch(() => {}), LOOK_EVERY_MS);
