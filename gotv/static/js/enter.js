// Exchange the token in this address's fragment, or a typed code, for the right to come in.
import { keepPost, keepToken } from "./phone.js";

const token = location.hash.slice(1);
const why = document.getElementById("why");

// Out of the address at once: nobody should read it over a shoulder or find it in the history.
if (token) {
  history.replaceState(null, "", location.pathname);
  document.getElementById("by-link").classList.remove("hidden");
  document.getElementById("by-code").classList.add("hidden");
}

async function enter(proof) {
  why.classList.add("hidden");
  try {
    const answer = await fetch("/enter", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(proof),
    });
    const told = await answer.json();
    if (!answer.ok) return refuse(told.reason);
    if (told.trial) return offerTrial(proof, told.trial);
    if (told.device_token && !keep(told)) return;
    location.assign(told.next);
  } catch {
    refuse("No connection. Keep this page open and try again when there is signal.");
  }
}

function keep({ role, device_token, post }) {
  try {
    keepToken(device_token, role === "knocker" ? "gotv-knocking" : "gotv");
    if (post) keepPost(post);
    return true;
  } catch {
    refuse("This browser may not keep anything. Leave private browsing, or allow storage for this page, and start again.");
    return false;
  }
}

function refuse(words) {
  complain(words);
  document.getElementById("by-code").classList.remove("hidden");
}

// Before the day: one number, to see that link, phone and network work.
function offerTrial(proof, { name, day, place }) {
  for (const id of ["by-link", "by-code"]) document.getElementById(id).classList.add("hidden");
  say({ "trial-name": name, "trial-day": day, "trial-place": place });
  const form = document.getElementById("on-trial");
  form.classList.remove("hidden");
  form.onsubmit = (event) => {
    event.preventDefault();
    sendOnTrial({ ...proof, number: document.getElementById("trial-number").value }, form);
  };
  document.getElementById("trial-number").focus();
}

async function sendOnTrial(body, form) {
  why.classList.add("hidden");
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/enter/trial", { method: "POST", headers, body: JSON.stringify(body) });
    const told = await answer.json();
    if (!answer.ok) return complain(told.reason);
    say({ "tried-number": told.number, "tried-day": told.day, "tried-place": told.place });
    form.classList.add("hidden");
    document.getElementById("tried").classList.remove("hidden");
  } catch {
    complain("No connection. Keep this page open and try again when there is signal.");
  }
}

function say(words) {
  for (const [id, text] of Object.entries(words)) document.getElementById(id).textContent = text;
}

function complain(words) {
  why.textContent = words;
  why.classList.remove("hidden");
}

document.getElementById("start").addEventListener("click", () => enter({ token }));
document.getElementById("by-code").addEventListener("submit", (event) => {
  event.preventDefault();
  enter({ code: document.getElementById("code").value });
});
