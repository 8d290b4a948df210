// Closing a slip: the paper's own sum beside what was keyed, and a reason when they differ.
const form = document.getElementById("closing");
const [tally, stated, reason, why, sum, button] = ["tally", "stated", "reason", "why", "sum", "close"]
  .map((id) => document.getElementById(id));

// A tally of more is a slip of the finger.
const MOST_STROKES = 200;

// `keyed` tells how many numbers stand; `back` returns to the boxes; `done` gets {stated, reason} once they agree or a reason is given.
// With `blind`, the slip is compared instead: it resolves with what went wrong, or "".
export class Closing {
  constructor(by) {
    Object.assign(this, by);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.close();
    });
    stated.addEventListener("input", () => this.compare());
    if (this.blind) {
      for (const field of [tally, stated]) field.closest(".field").classList.add("hidden");
      button.textContent = "Compare with the first keying";
    }
    tally.addEventListener("change", () => {
      tally.value = Math.min(MOST_STROKES, Math.max(0, Math.floor(Number(tally.value) || 0)));
      this.giveTally(Number(tally.value));
    });
    // Up goes back to the boxes, here as well; it changes no sum.
    for (const field of [tally, stated]) {
      field.addEventListener("keydown", (event) => {
        if (!["ArrowUp", "ArrowDown"].includes(event.key)) return;
        event.preventDefault();
        if (event.key === "ArrowUp") this.back();
      });
    }
  }

  show({ strokes = [], stated: said = null, reason: given = "" } = {}) {
    tally.value = strokes.length;
    stated.value = said ?? "";
    reason.value = given;
    this.compare();
  }

  focus() {
    if (this.blind) return button.focus();
    stated.focus();
    return stated.select();
  }

  // True when the sums agree, or the paper's is not given yet.
  compare() {
    const differs = stated.value !== "" && Number(stated.value) !== this.keyed();
    why.classList.toggle("hidden", !differs);
    if (!differs) reason.value = "";
    sum.textContent = differs ? `The paper says ${stated.value}, keyed are ${this.keyed()}.` : `Keyed are ${this.keyed()}.`;
    sum.className = differs ? "note bad" : "hint";
    return !differs;
  }

  async close() {
    if (this.blind) {
      const trouble = await this.blind();
      button.disabled = !trouble;
      return this.tell(trouble);
    }
    if (stated.value === "") {
      this.tell("Enter how many numbers the paper says there are in all. Without a sum on it, count them.");
      return stated.focus();
    }
    if (!this.compare() && !reason.value.trim()) return reason.focus();
    return this.done({ stated: Number(stated.value), reason: reason.value.trim() });
  }

  tell(text) {
    sum.textContent = text;
    sum.className = text ? "note bad" : "hidden";
  }
}
