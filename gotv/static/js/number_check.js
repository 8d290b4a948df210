// Typing slips, caught without the register: the phone knows ranges of numbers and which have suffixes, no person.
// What it says is a remark. The number is kept and sent as it was keyed, whatever it says.

const NUMBER = /^(?:(.*[a-z].*?)[\s/.-]+)?0*(\d{1,6})(?:[\s/.-]+0*(\d{1,4}))?$/i;

const DASHES = /[\u2010-\u2015\u2212]/g;

// {district, number, suffix} as the phone reads it, or null where only the server can tell.
export function read(typed, chosen) {
  const parts = NUMBER.exec(typed.normalize("NFKC").replace(DASHES, "-").trim());
  if (!parts) return null;
  return { district: parts[1] ?? chosen, number: Number(parts[2]), suffix: Number(parts[3] ?? 0) };
}

// A remark about the number, or "" when there is nothing to say. `ranges` maps a district to {first, last, suffixed}.
export function remark(typed, chosen, post) {
  const called = read(typed, chosen);
  const district = called && spelled(called.district, post);
  const range = district && post.ranges?.[district];
  if (!range) return "";
  if (called.number < range.first || called.number > range.last) {
    return `Check: numbers of ${district} go from ${range.first} to ${range.last}`;
  }
  if (called.suffix && !range.suffixed.includes(called.number)) {
    return `Check: nobody in ${district} has ${called.number} with a suffix`;
  }
  return elsewhere(called.number, district, post);
}

// One text for all spellings of a number, to tell "already given".
export function plainly({ number, district }) {
  const called = read(number, district);
  return called ? `${lower(called.district)} ${called.number}/${called.suffix}` : `${lower(district)} ${number}`;
}

function elsewhere(number, district, { stations = [] }) {
  const here = stations.filter((station) => station.district === district);
  const split = here.length && here.every((station) => station.first && station.last);
  if (!split || here.some((station) => station.first <= number && number <= station.last)) return "";
  const ours = here.map((station) => `${station.first} to ${station.last}`).join(", ");
  return `Check: of ${district}, only ${ours} vote here`;
}

function spelled(district, { districts = [] }) {
  return districts.find((known) => lower(known) === lower(district));
}

function lower(text) {
  return (text ?? "").toLowerCase();
}
