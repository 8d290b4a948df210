// The open page of lifts: what is wanted is asked for again and again, but never moved under somebody's finger.
const LOOK_EVERY_MS = 2000;
const lifts = document.getElementById("lifts");

function busy() {
  return lifts.contains(document.activeElement) || lifts.matches(":hover:active");
}

// Each answer carries a new token; that alone is no news.
function plain(html) {
  return html.replace(/(name="csrf_token" value=")[^"]*/g, "$1").trim();
}

// What tells one state of the page from another: which lifts there are, and how far each has come.
function state(within) {
  return [...within.querySelectorAll("[data-lift]")].map(({ dataset }) => `${dataset.lift} ${dataset.step}`).join();
}

async function look() {
  if (document.hidden || busy()) return;
  const answer = await fetch(lifts.dataset.rows).catch(() => null);
  if (!answer?.ok) return;
  const html = await answer.text();
  if (busy() || plain(html) === shown) return;
  shown = plain(html);
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const more = state(fresh.content) !== state(lifts);
  lifts.replaceChildren(fresh.content);
  if (more) said.textContent = `${lifts.querySelectorAll("[data-lift]").length} lifts are open.`;
}

const said = Object.assign(document.createElement("p"), { className: "unseen" });
said.setAttribute("role", "status");
lifts.after(said);
let shown = "";
setInterval(() => look().catch(() => {}), LOOK_EVERY_MS);
