// The heading of a slip: filled in once, and kept for the next sheet, whose number rises.
const STICKY = "gotv-slip-heading";
const LARGEST_SHEET = 999;
const MOST_BOXES = 100;
const FIELDS = ["place", "district", "hour", "teller", "sheet", "boxes"];
const form = document.getElementById("heading") ?? document.querySelector("form:has(#place)");
const fields = Object.fromEntries(FIELDS.map((name) => [name, document.getElementById(name)]));

// `changed` is called with the name of the field.
export function listen(changed) {
  for (const [name, field] of Object.entries(fields)) {
    field.addEventListener("change", () => {
      if (name === "place") offerDistricts();
      else if (["sheet", "boxes", "teller"].includes(name)) field.value = heading()[name];
      changed(name);
    });
  }
  form.addEventListener("submit", (event) => form.id === "heading" && event.preventDefault());
  offerDistricts(fields.district.value);
}

export function heading() {
  const { place, district, hour, teller, sheet, boxes } = fields;
  return {
    place_id: Number(place.value), district: district.value, hour: hour.value,
    // What cannot be seen is nobody's name.
    teller: teller.value.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "").trim(),
    sheet: whole(sheet.value, LARGEST_SHEET, 1), boxes: whole(boxes.value, MOST_BOXES, 44),
  };
}

// The sheet after this one.
export function next(sheet) {
  return sheet < LARGEST_SHEET ? sheet + 1 : 1;
}

// The house takes no other: better put right here than refused when all is keyed.
function whole(text, most, usual) {
  const number = Math.floor(Number(text));
  return number >= 1 ? Math.min(number, most) : usual;
}

export function show({ place_id, district, hour, teller, sheet, boxes }) {
  if ([...fields.place.options].some(({ value }) => value === String(place_id))) fields.place.value = place_id;
  offerDistricts(district);
  if (hour && ![...fields.hour.options].some(({ value }) => value === hour)) fields.hour.append(new Option(hour));
  Object.assign(fields.hour, { value: hour ?? "" });
  Object.assign(fields.teller, { value: teller ?? "" });
  Object.assign(fields.sheet, { value: sheet ?? 1 });
  Object.assign(fields.boxes, { value: boxes ?? 44 });
}

export function lock(locked, but = []) {
  for (const [name, field] of Object.entries(fields)) field.disabled = locked && !but.includes(name);
}

export function offerTellers(names = []) {
  document.getElementById("tellers").replaceChildren(...names.map((name) => new Option(name)));
}

export function placeName() {
  return fields.place.selectedOptions[0]?.textContent ?? "";
}

function offerDistricts(chosen) {
  const own = JSON.parse(fields.place.selectedOptions[0]?.dataset.districts ?? "[]");
  fields.district.replaceChildren(...own.map((district) => new Option(district)));
  if (own.includes(chosen)) fields.district.value = chosen;
  fields.district.disabled = fields.place.disabled;
}

export function keep() {
  try { localStorage.setItem(STICKY, JSON.stringify(heading())); } catch { /* chosen again next time */ }
}

// The heading of the sheet before, if there was one.
export function kept() {
  try { return JSON.parse(localStorage.getItem(STICKY)); } catch { return null; }
}
