// A course: one's own secret stays in the fragment from page to page, and says at the end who has read it.
const token = location.hash.slice(1);
const button = document.getElementById("read");
const practise = document.getElementById("practise-now");
const told = document.getElementById("told");
const PATIENCE_MS = 15000;

if (token) for (const link of document.querySelectorAll("a[data-keep]")) link.hash = token;

async function send(address) {
  try {
    const answer = await fetch(address, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const said = await answer.json();
    return answer.ok ? said : { trouble: said.reason };
  } catch {
    return { trouble: "No connection just now. Try again in a moment." };
  }
}

if (button && token) {
  button.classList.remove("hidden");
  told.textContent = "Say so: your organiser then sees that you know how.";
}
button?.addEventListener("click", async () => {
  button.disabled = true;
  const { trouble, words } = await send(button.dataset.read);
  told.textContent = trouble ?? words;
  button.disabled = false;
  if (!trouble) button.classList.add("hidden");
});
// A phone is somebody's: what it is signed in as ends when it practises, and that must not happen unnoticed.
function isSignedIn() {
  try {
    return "signedIn" in practise.dataset || Object.keys(localStorage).some((name) => name.endsWith("-device"));
  } catch {
    return false;
  }
}

let warned = false;
practise?.addEventListener("click", async () => {
  if (isSignedIn() && !warned) {
    warned = true;
    practise.textContent = "Practise all the same";
    return document.getElementById("signs-out").classList.remove("hidden");
  }
  practise.disabled = true;
  const { trouble, next } = await send(practise.dataset.practise);
  if (next) return location.assign(next);
  practise.disabled = false;
  practise.insertAdjacentElement("afterend", Object.assign(document.createElement("p"), { className: "note bad", textContent: trouble })).setAttribute("role", "alert");
});
