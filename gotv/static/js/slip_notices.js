// What the clerk has to be told above the boxes: one line for each thing, until it is so no more.
const notices = document.getElementById("notices");

// A line about a thing, with buttons: [words, what they do]. "" takes it away.
export function notify(about, text, ...buttons) {
  const line = notices.querySelector(`[data-about="${CSS.escape(about)}"]`) ?? document.createElement("p");
  if (!text) return line.remove();
  Object.assign(line, { className: "note warn" });
  line.dataset.about = about;
  line.replaceChildren(`${text} `, ...buttons.map(([words, act]) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: words });
    button.addEventListener("click", act);
    return button;
  }));
  return notices.append(line);
}
