// What this phone holds for its teller or knocker-up besides the outbox: the device token, where a teller stands, and
// names for things. A teller's and a knocker-up's page in one browser keep to themselves.
const NAME = document.body.dataset.outbox ?? "gotv";
const [TOKEN, POST, STINT, DISTRICT] = ["device", "post", "stint", "district"].map((what) => `${NAME}-${what}`);

export function keepToken(token, name = NAME) {
  localStorage.setItem(`${name}-device`, token);
  localStorage.setItem(`${name}-stint`, newId());
  for (const what of ["post", "district"]) localStorage.removeItem(`${name}-${what}`);
}

export function token() {
  return read(TOKEN);
}

export function forgetToken() {
  for (const key of [TOKEN, POST, STINT, DISTRICT]) localStorage.removeItem(key);
}

// The name of this teller's time with this phone, for the control totals.
export function stint() {
  if (!read(STINT)) write(STINT, newId());
  return read(STINT);
}

// The district last chosen: a page that is loaded anew must not choose another by itself.
export function keepDistrict(name) {
  write(DISTRICT, name);
}

export function district() {
  return read(DISTRICT);
}

// Calls back when another tab signs in somebody else, or signs out.
export function whenTokenChanges(changed) {
  addEventListener("storage", ({ key }) => (key === TOKEN || key === null) && changed());
}

export function keepPost(post) {
  write(POST, JSON.stringify(post));
}

// Where the teller stands, as last heard; null if never.
export function post() {
  try { return JSON.parse(read(POST)); } catch { return null; }
}

function write(key, text) {
  try { localStorage.setItem(key, text); } catch { /* asked again, or chosen again, next time */ }
}

function read(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

// A version 7 UUID: it begins with the time, so that the ledger has what was keyed lately close together.
// crypto.randomUUID makes none, and would need a secure context; this works on a plain local network too.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  bytes[0] = (bytes[0] & 0x0f) | 0x70;
  bytes[2] = (bytes[2] & 0x3f) | 0x80;
  const chance = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  // A clock that was never set may stand before 1970: where it was an hour later than in Greenwich then, as in London.
  const hex = Math.max(0, Date.now()).toString(16).padStart(12, "0") + chance;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
