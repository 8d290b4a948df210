// What is shown beside the grid: the photo of the slip, and another slip with the same heading to compare with.
const photo = document.getElementById("photo");
const beside = document.getElementById("beside");
const DRAWN_AFTER_MS = 1500;

// `slip` as the server tells it; a photo that a worker is still drawing is looked for again.
export function showPhoto(url, slip, again) {
  photo.classList.toggle("hidden", !slip?.has_photo);
  if (!slip?.has_photo) return;
  const picture = photo.querySelector("img");
  picture.classList.toggle("hidden", !slip.photo_ready);
  if (slip.photo_ready) picture.src = `${url}/${slip.slip_id}/photo`;
  photo.querySelector("figcaption").textContent = slip.trouble || (slip.photo_ready ? "" : "The photo is being drawn …");
  if (!slip.photo_ready && !slip.trouble) setTimeout(again, DRAWN_AFTER_MS);
}

// The slips, of those known of this place, that say they are the same sheet of the same hour.
export function same(heading, slips, own) {
  return slips.filter((each) => each.slip_id !== own && each.state !== "waiting" && each.keyed > 0
    && each.sheet === heading.sheet && each.hour === heading.hour && each.district === heading.district);
}

export function words({ sheet, hour, by, at, keyed, state }) {
  return `Slip ${sheet}${hour ? `, ${hour},` : ""} was ${state === "closed" ? "keyed" : "begun"} by ${by} at ${at}: ${keyed} numbers.`;
}

// The other slip's boxes, each with whether the same number stands in ours.
export async function compare(url, { slip_id, by, at }, ours) {
  const answer = await fetch(`${url}/${slip_id}.json`).catch(() => null);
  if (!answer?.ok) return;
  const other = await answer.json();
  const filled = Object.entries(other.in_boxes).filter(([, { typed }]) => typed);
  const alike = filled.filter(([box, { typed }]) => ours.at(Number(box)).typed === typed).length;
  beside.replaceChildren(
    made("h2", `Keyed by ${by}, ${at}`),
    made("p", `${alike} of ${filled.length} boxes say the same as here.`),
    list(filled, ours),
  );
  beside.classList.remove("hidden");
  beside.tabIndex = -1;
  beside.focus();
}

export function hide() {
  beside.classList.add("hidden");
}

function list(filled, ours) {
  const boxes = document.createElement("ol");
  boxes.className = "other-boxes";
  boxes.append(...filled.map(([box, { typed }]) => {
    const same = ours.at(Number(box)).typed === typed;
    const line = made("li", `${typed} ${same ? "=" : ""}`);
    line.value = Number(box);
    return line;
  }));
  return boxes;
}

function made(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}
