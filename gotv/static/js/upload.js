// Follows a file while a worker has it: the server renders the state, this puts it in place.
const LOOK_EVERY_MS = 700;
const place = document.getElementById("upload");

async function look() {
  if (place.querySelector("[data-busy=yes]")) {
    const answer = await fetch(place.dataset.url).catch(() => null);
    if (answer?.ok) place.innerHTML = await answer.text();
    setTimeout(look, LOOK_EVERY_MS);
  }
}

look();
