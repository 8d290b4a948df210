// Questions to the house by a phone with its token. None waits for ever: a line that hangs is a line that is dead.
const PATIENCE_MS = 8000;

export async function ask(path, token, body) {
  const given_up = new AbortController();
  const timer = setTimeout(() => given_up.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: given_up.signal,
    });
    return { status: answer.status, ok: answer.ok, told: await answer.json() };
  } finally {
    clearTimeout(timer);
  }
}
