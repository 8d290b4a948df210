// What this phone holds for its teller besides the outbox: the device token, and ids for entries.
const TOKEN = "gotv-device";

export function keepToken(token) {
  localStorage.setItem(TOKEN, token);
}

export function token() {
  try { return localStorage.getItem(TOKEN); } catch { return null; }
}

export function forgetToken() {
  localStorage.removeItem(TOKEN);
}

// A version 4 UUID. crypto.randomUUID would need a secure context; this works on a plain local network too.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
