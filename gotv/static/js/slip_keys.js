// The keyboard of the grid. Whatever way a box is left, what stands in it is accepted; these only say where to go.
import { split } from "./slip_signs.js";

export function listen(list, { accept, next, after, before, clear, undo, take, restore, fill }) {
  const boxOf = (event) => Number(event.target.dataset?.box ?? 0);
  list.addEventListener("focusin", (event) => event.target.select?.());
  list.addEventListener("focusout", (event) => boxOf(event) && accept(boxOf(event), event.target.value.trim()));
  list.addEventListener("paste", (event) => {
    const parts = split(event.clipboardData?.getData("text") ?? "");
    if (parts.length < 2) return;
    event.preventDefault();
    fill(boxOf(event), parts);
  });
  list.addEventListener("keydown", (event) => {
    const box = boxOf(event);
    const act = box && chosen(event, { next, after, before, clear, undo, take, restore });
    if (!act) return;
    event.preventDefault();
    act(box, event.target.value.trim());
  });
}

function chosen(event, { next, after, before, clear, undo, take, restore }) {
  if (event.isComposing || event.altKey || event.metaKey) return null;
  if (event.ctrlKey) return event.key.toLowerCase() === "z" ? undo : null;
  // The point of the numeric keypad is a comma in other lands, and clears nothing when the keypad is not locked.
  if (event.code === "NumpadDecimal" && event.key !== ".") return () => type(event.target, ".");
  return { Enter: next, ArrowDown: after, ArrowUp: before, Delete: clear, "+": take, Escape: restore }[event.key];
}

function type(input, text) {
  input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
}
