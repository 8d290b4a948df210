// What a clerk is told of a number at once, from what the page already knows: nothing here asks the server.
import { plainly, read } from "./number_check.js";

// Of each sign the symbol, the word beside it, and what is said aloud.
export const SIGNS = {
  match: ["✓", "match", "on the register"],
  postal: ["✉", "postal", "has a postal vote"],
  duplicate: ["=", "duplicate", "marked already"],
  unknown: ["?", "unknown", "not on the register"],
  elsewhere: ["?", "elsewhere", "another district"],
  unreadable: ["!", "no number", "not a number"],
};
// What the server said of an entry, when it knew better than the page.
const OUTCOMES = { marked: "match", postal: "postal", already_marked: "duplicate", unmatched: "unknown", refused: "unreadable" };

export class Numbers {
  // `numbers` maps a district to [number, suffix, signs, initial, street].
  constructor({ place_id, districts = [], numbers = {} } = {}) {
    this.place = place_id;
    this.districts = districts;
    this.known = new Map();
    for (const [district, list] of Object.entries(numbers)) {
      for (const [number, suffix, signs, initial, street] of list) {
        this.known.set(plainly({ number: `${number}/${suffix}`, district }), { signs, initial, street });
      }
    }
  }

  // {sign, word, aloud, who, offers}: `outcome` is the server's word of it, if it was answered already. Null while
  // nothing can be said: the numbers of the place are not here, or it is written as only the server can read it.
  judge(typed, district, outcome) {
    const called = read(typed, district);
    const known = this.known.get(plainly({ number: typed, district }));
    const sign = OUTCOMES[outcome] ?? this.sign(typed, called, known);
    if (!sign) return null;
    const who = known?.initial ? `${known.initial}, ${known.street}` : "";
    return { sign, word: SIGNS[sign][1], aloud: SIGNS[sign][2], who, offers: sign === "unknown" ? this.neighbours(typed, called) : [] };
  }

  sign(typed, called, known) {
    if (!called) return /\p{Nd}/u.test(typed) ? null : "unreadable";
    if (!this.place) return null;
    if (known) return known.signs.includes("m") ? "duplicate" : known.signs.includes("p") ? "postal" : "match";
    const ours = this.districts.some((district) => district.toLowerCase() === (called.district ?? "").toLowerCase());
    return ours ? "unknown" : "elsewhere";
  }

  // The numbers on the register that are two swapped digits or one wrong digit away; not yet marked ones first.
  neighbours(typed, called) {
    const { district, number, suffix } = called ?? {};
    if (!number) return [];
    const digits = String(number);
    const near = new Set(swapped(digits));
    for (const other of wrong(digits)) near.add(other);
    const spelled = (other) => typed.replace(/\d+(?=(?:[\s/.-]+\d+)?\s*$)/, other);
    const found = [...near].map((other) => [other, this.known.get(plainly({ number: `${other}/${suffix}`, district }))]);
    const there = found.filter(([other, known]) => known && other !== digits && !other.startsWith("0"));
    there.sort(([, one], [, two]) => one.signs.includes("m") - two.signs.includes("m"));
    return there.map(([other]) => spelled(other));
  }
}

function swapped(digits) {
  return [...digits.slice(1)].map((digit, n) => digits.slice(0, n) + digit + digits[n] + digits.slice(n + 2));
}

function wrong(digits) {
  return [...digits].flatMap((_, n) => [..."0123456789"].map((other) => digits.slice(0, n) + other + digits.slice(n + 1)));
}

// A text of several numbers, as pasted; one number alone is none of our business.
export function split(text) {
  const parts = text.split(/[,;\t\r\n]+/).map((part) => part.trim()).filter(Boolean);
  if (parts.length > 1) return parts;
  // Between blanks, letters belong to the number after them: AC 3.
  return text.match(/(?:[^\s\d]+\s+)*\S*\d\S*/g) ?? [];
}
