// Figures on an open page: read again every few seconds (data-every, 15 by default) from data-look.
for (const figures of document.querySelectorAll("[data-look]")) {
  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch(figures.dataset.look).catch(() => null);
    // Signed out meanwhile: another page came. And nothing is taken from under whoever is at it with the keyboard.
    if (!answer?.ok || answer.redirected || figures.querySelector(":focus-visible")) return;
    // Made by our own server, with everything in it escaped.
    figures.innerHTML = await answer.text();
  };
  const lookAgain = () => look().catch(() => {});
  setInterval(lookAgain, (figures.dataset.every ?? 15) * 1000);
  document.addEventListener("visibilitychange", lookAgain);
}
