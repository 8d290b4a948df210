// What people at doors care about: kept on the phone until the house has it. Nothing in it says who or where.
const form = document.getElementById("concern");
// Of each contest apart: what was tried on an invented seat stays there.
const KEY = `gotv-concerns ${form?.dataset.keepAt}`;
const kept = document.getElementById("kept");

function waiting() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}
const keep = (list) => localStorage.setItem(KEY, JSON.stringify(list));
// All chance, unlike the ids of `phone.js`: nothing in it says when.
const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

async function flush() {
  for (const one of waiting()) {
    const answer = await fetch(form.dataset.keepAt, {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      body: JSON.stringify(one), signal: AbortSignal.timeout(15000),
    }).catch(() => null);
    if (!answer || answer.status >= 500 || answer.status === 429) return say(`Kept on this phone; ${waiting().length} to send.`);
    if (!answer.ok) {
      const { reason } = await answer.json().catch(() => ({}));
      if (answer.status !== 409) return say(`Kept on this phone. ${reason ?? "Load this page anew, or sign in again."}`);
      // It comes back to be put right, once nothing else is being typed: nothing is lost.
      if (form.elements.words.value) return say(`One before this one was not taken, and comes back here after it: ${reason}`);
      form.elements.theme.value = one.theme;
      form.elements.words.value = one.words;
      say(reason);
    }
    keep(waiting().filter(({ id }) => id !== one.id));
    if (!answer.ok) return undefined;
    say("Kept. Thank you: next door.");
  }
  return undefined;
}
function say(words) {
  kept.textContent = words;
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  keep([...waiting(), { id: newId(), theme: form.elements.theme.value, words: form.elements.words.value }]);
  form.elements.theme.value = "";
  form.elements.words.value = "";
  flush();
});
if (form) {
  for (const moment of ["online", "pageshow"]) window.addEventListener(moment, flush);
}
