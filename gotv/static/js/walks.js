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
  // A form that somebody fills in stays; what they would be told is said beside it.
  if (row.contains(document.activeElement) && row.querySelector("details[open]")) return;
  const form = row.querySelector("[data-when=free]");
  if (form) form.hidden = state === "out";
  row.querySelector("[data-when=out]")?.toggleAttribute("hidden", state !== "out" || !form);
}

if (table) setInterval(() => look().catch(() => {}), LOOK_EVERY_MS);
