// Verify mode: a closed slip is keyed a second time without seeing the first, and what differs is listed. Nothing that
// was keyed is changed by it.
import { post } from "./slip_sending.js";

const place = document.getElementById("differences");

// What was keyed so far in this check, for a browser that is opened again.
export function remembered(slip) {
  try { return JSON.parse(localStorage.getItem(`gotv-check-${slip}`)) ?? {}; } catch { return {}; }
}

export function remember(slip, boxes) {
  try { localStorage.setItem(`gotv-check-${slip}`, JSON.stringify(boxes)); } catch { /* only this page has it then */ }
}

export async function compare(url, csrf, slip, boxes) {
  const { told } = await post(`${url}/${slip}/check`, csrf, { boxes });
  if (!told.ok) return told.reason;
  try { localStorage.removeItem(`gotv-check-${slip}`); } catch { /* it is done all the same */ }
  const { differing, compared } = told.rate;
  const share = compared ? ` (${((100 * differing) / compared).toFixed(1)} %)` : "";
  place.innerHTML = "<h2></h2><table class='hidden'><thead><tr><th scope='col'>Box</th><th scope='col'>First</th><th scope='col'>Now</th></tr></thead><tbody></tbody></table><p class='hint'></p><p class='row'><a class='button main'>Open the slip to put it right</a><a class='button' id='back'>Back to the slips</a></p>";
  place.querySelector("h2").textContent = told.differences.length
    ? `${told.differences.length} of ${told.compared} boxes differ` : `All ${told.compared} boxes are the same`;
  place.querySelector("table").classList.toggle("hidden", !told.differences.length);
  place.querySelector("tbody").append(...told.differences.map(row));
  place.querySelector(".hint").textContent = `In all checks so far ${differing} of ${compared} boxes differed${share}.`;
  const [open, back] = place.querySelectorAll("a");
  open.href = `${url}/grid?slip=${slip}`;
  open.classList.toggle("hidden", !told.differences.length);
  back.href = url;
  place.classList.remove("hidden");
  place.tabIndex = -1;
  place.focus();
  return "";
}

function row({ box, first, second }) {
  const made = document.createElement("tr");
  for (const [kind, text] of [["th", box], ["td", first || "empty"], ["td", second || "empty"]]) {
    const cell = document.createElement(kind);
    cell.textContent = text;
    made.append(cell);
  }
  return made;
}
