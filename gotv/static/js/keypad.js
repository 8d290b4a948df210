// Our own keypad. Keys are dead in the page as it arrives: a tap on a key that nobody hears would be a number lost.
// The down-event of a key counts, as on any keypad; the click is for keyboards and screen readers.
export function listenToKeys(press) {
  for (const key of document.querySelectorAll("[data-key]")) {
    key.disabled = false;
    key.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      key.classList.add("down");
      press(key.dataset.key, true);
    });
    for (const up of ["pointerup", "pointerleave", "pointercancel"]) {
      key.addEventListener(up, () => key.classList.remove("down"));
    }
    key.addEventListener("click", (event) => event.detail === 0 && press(key.dataset.key, false));
  }
}
