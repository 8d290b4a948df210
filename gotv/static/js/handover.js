// Numbers from one phone to another by QR code, without signal: entries packed into the fragment of this page's address.
// Their ids go with them, so that numbers which both phones send in the end count once.
import { capacity, qr } from "./qr.js";

// A code that a phone's camera still reads from a phone's screen.
const VERSION = 16;
const START = "#take=";
const KINDS = ["mark", "withdraw", "no_number"];

// As many codes as it takes; each is {text, rows}.
export function codes(entries) {
  const room = Math.floor(((capacity(VERSION) - address("").length) * 3) / 4);
  const packs = [];
  let pack = [];
  for (const bytes of entries.map(packed)) {
    if (pack.length + bytes.length > room) packs.push(pack.splice(0));
    pack.push(...bytes);
  }
  if (pack.length) packs.push(pack);
  return packs.map((bytes) => ({ text: address(inLetters(bytes)), rows: qr(address(inLetters(bytes))) }));
}

// The entries in an address's fragment; [] when it holds none, or none that can be read.
export function taken(fragment) {
  if (!fragment.startsWith(START)) return [];
  try {
    return [...unpacked(fromLetters(fragment.slice(START.length)))];
  } catch {
    return [];
  }
}

// Whether the address came from a code at all, even one that cannot be read.
export function isOffer(fragment) {
  return fragment.startsWith(START);
}

export function draw(rows) {
  const size = rows.length + 8;
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : []))).join("");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", "QR code with the numbers not yet sent");
  svg.setAttribute("class", "hand-over");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

function address(letters) {
  return `${location.origin}/telling${START}${letters}`;
}

// kind, id, seconds, then either the id withdrawn or the district and the number with their lengths.
function packed(entry) {
  const head = [KINDS.indexOf(entry.kind), ...idBytes(entry.id), ...secondsBytes(entry.at)];
  if (entry.kind === "withdraw") return [...head, ...idBytes(entry.withdraws)];
  if (entry.kind === "no_number") return head;
  return [...head, ...textBytes(entry.district), ...textBytes(entry.number)];
}

function* unpacked(bytes) {
  let at = 0;
  const next = (length) => {
    if (at + length > bytes.length) throw new RangeError("cut short");
    return bytes.slice(at, (at += length));
  };
  const text = () => new TextDecoder().decode(new Uint8Array(next(next(1)[0])));
  while (at < bytes.length) {
    const kind = KINDS[next(1)[0]];
    if (!kind) throw new RangeError("not ours");
    const entry = { kind, id: idText(next(16)), at: new Date(next(4).reduce((all, byte) => all * 256 + byte, 0) * 1000).toISOString() };
    if (kind === "withdraw") entry.withdraws = idText(next(16));
    if (kind === "mark") Object.assign(entry, { district: text(), number: text() });
    yield entry;
  }
}

function idBytes(id) {
  return id.replaceAll("-", "").match(/../g).map((pair) => parseInt(pair, 16));
}

function idText(bytes) {
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function secondsBytes(moment) {
  const seconds = Math.floor(Date.parse(moment) / 1000);
  return [24, 16, 8, 0].map((shift) => (seconds >>> shift) & 255);
}

function textBytes(text) {
  const bytes = [...new TextEncoder().encode(text ?? "")].slice(0, 255);
  return [bytes.length, ...bytes];
}

function inLetters(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromLetters(letters) {
  return [...atob(letters.replaceAll("-", "+").replaceAll("_", "/"))].map((letter) => letter.charCodeAt(0));
}
