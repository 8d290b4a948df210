// Bright for the sun, dark for the last hours: follows the phone until somebody chooses, then remembers.
const KEY = "gotv-theme";

function remembered() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

function show(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
}

function other() {
  const now = document.documentElement.dataset.theme;
  const dark = now ? now === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  return dark ? "bright" : "dark";
}

show(remembered());
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const theme = other();
  show(theme);
  try { localStorage.setItem(KEY, theme); } catch { /* it is only a colour */ }
});
