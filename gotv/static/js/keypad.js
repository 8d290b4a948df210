// Our own keypad. The down-event of a key counts, as on any keypad; the click is for keyboards and screen readers.
export function listenToKeys(press) {
  for (const key of document.querySelectorAll("[data-key]")) {
    key.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      key.classList.add("down");
      press(key.dataset.key);
    });
    for (const up of ["pointerup", "pointerleave", "pointercancel"]) {
      key.addEventListener(up, () => key.classList.remove("down"));
    }
    key.addEventListener("click", (event) => event.detail === 0 && press(key.dataset.key));
  }
}
