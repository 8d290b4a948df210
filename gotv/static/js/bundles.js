// The open page of paper: while something is drawn, how far it is. A link that has the focus keeps it.
const LOOK_EVERY_MS = 700;
const bundles = document.getElementById("bundles");
const said = Object.assign(document.createElement("p"), { className: "unseen" });
said.setAttribute("role", "status");
bundles.after(said);

async function look() {
  if (document.hidden || !bundles.querySelector("[data-busy=yes]")) return;
  const answer = await fetch(bundles.dataset.drawn).catch(() => null);
  if (!answer?.ok) return;
  const focused = document.activeElement?.getAttribute("href");
  const before = bundles.querySelectorAll("a").length;
  bundles.innerHTML = await answer.text();
  const links = [...bundles.querySelectorAll("a")];
  if (focused) links.find((link) => link.getAttribute("href") === focused)?.focus();
  if (links.length > before) said.textContent = "The paper is ready.";
}

setInterval(() => look().catch(() => {}), LOOK_EVERY_MS);
