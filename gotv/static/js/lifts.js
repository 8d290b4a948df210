// The open page of lifts: what is wanted is asked for again and again, and never moved under a finger or a pointer.
const LOOK_EVERY_MS = 2000;
const STALE_AFTER_MS = 10000;
const UNSURE_MS = 700; // so long after a change no click counts: it was meant for what stood there before
const lifts = document.getElementById("lifts");
const asOf = document.getElementById("as-of");
const changes = document.getElementById("changes");
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
let shown = plain(lifts.innerHTML);
let waiting = null;
let heardAt = Date.now();

function busy() {
  return lifts.contains(document.activeElement) || lifts.matches(":hover");
}

// Each answer carries a new token; that alone is no news.
function plain(html) {
  return html.replace(/(name="csrf_token" value=")[^"]*/g, "$1").replace(/\s+/g, " ").trim();
}

async function look() {
  if (document.hidden) return;
  const answer = await fetch(lifts.dataset.rows).catch(() => null);
  if (answer?.redirected || answer?.status === 401) return location.assign("/enter");
  if (!answer?.ok) return;
  const html = await answer.text();
  heardAt = Date.now();
  waiting = plain(html) === shown ? null : html;
  if (waiting && !busy()) show();
  changes.hidden = !waiting;
}

function show() {
  const chosen = new Map([...lifts.querySelectorAll("select")].map((select) => [select.id, select.value]));
  shown = plain(waiting);
  lifts.innerHTML = waiting;
  waiting = null;
  changes.hidden = true;
  for (const [id, value] of chosen) {
    const select = document.getElementById(id);
    if (select?.querySelector(`option[value="${CSS.escape(value)}"]:not(:disabled)`)) select.value = value;
  }
  lifts.inert = true;
  setTimeout(() => { lifts.inert = false; }, UNSURE_MS);
  said.textContent = `${lifts.querySelectorAll("[data-lift]").length} lifts are open.`;
}

function sayHowFresh() {
  const stale = Date.now() - heardAt > STALE_AFTER_MS;
  asOf.className = stale ? "tag warn" : "hint";
  asOf.textContent = `${stale ? "Reconnecting, showing" : "Live, as of"} ${time.format(heardAt)}`;
}

const said = Object.assign(document.createElement("p"), { className: "unseen" });
said.setAttribute("role", "status");
lifts.after(said);
changes.addEventListener("click", () => waiting && show());
setInterval(() => look().catch(() => {}), LOOK_EVERY_MS);
setInterval(sayHowFresh, 1000);
