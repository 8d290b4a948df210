// The numbers keyed on this phone, in IndexedDB: all of the day, each waiting until the server has answered it by its id.
//
// Answered entries stay: the list of what was given, undo, the totals, and everything again for a server that was
// restored from a backup. What cannot be written stays in this page's memory, and `add` says so.
// The clerk's grid keeps its own, though a teller's pad may have been opened in the same browser.
const NAME = document.body.dataset.outbox ?? "gotv";
const STORE = "entries";
// By id: entries, or newer states of entries, that the disk would not take.
const memory = new Map();
let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(STORE, { keyPath: "seq", autoIncrement: true });
      store.createIndex("id", "id", { unique: true });
      store.createIndex("waiting", "waiting");
    };
    request.onsuccess = () => {
      const db = request.result;
      // The browser may close it under us (storage cleared, an error of the disk): then it is opened anew.
      db.onclose = () => { opening = undefined; };
      db.onversionchange = () => { db.close(); opening = undefined; };
      resolve(db);
    };
    request.onerror = () => reject(request.error);
  }).catch((error) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

// Runs the work in one transaction; strict: on the disk before we say "saved", so that a flat battery a second later
// loses nothing. Resolves with what the work returns once all of it is done.
async function transact(mode, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    let transaction;
    try {
      transaction = db.transaction(STORE, mode, { durability: "strict" });
    } catch (error) {
      opening = undefined;
      return reject(error);
    }
    const result = work(transaction.objectStore(STORE), transaction);
    transaction.oncomplete = () => resolve(result?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("not saved"));
  });
}

const twice = (work) => work().catch(work);
const writing = (work) => twice(() => transact("readwrite", work));
const reading = (work) => twice(() => transact("readonly", work)).catch(() => []);

// True when the entry is on the disk; false when only this page remembers it.
export async function add(entry) {
  const waiting = { ...entry, waiting: 1 };
  try {
    await transact("readwrite", (store) => store.add(waiting));
    return true;
  } catch {
    memory.set(entry.id, { ...waiting, unsaved: true });
    return false;
  }
}

// Every entry on this phone, oldest first.
export async function all() {
  const kept = await reading((store) => store.getAll());
  const known = new Set(kept.map(({ id }) => id));
  return [...kept.map((entry) => memory.get(entry.id) ?? entry), ...unsaved().filter(({ id }) => !known.has(id))];
}

// What waits, oldest first; not that of tokens which the server refuses, lest it stand in the way of the rest.
export async function waiting(most, refused = new Set()) {
  const kept = await reading((store) => store.index("waiting").getAll(1));
  const all = [...kept.filter(({ id }) => !memory.has(id)), ...unsaved().filter((entry) => entry.waiting)];
  return all.filter((entry) => !refused.has(entry.token)).slice(0, most);
}

// What only this page can send, because only this page has it.
export function waitingHereOnly(most) {
  return unsaved().filter((entry) => entry.waiting).slice(0, most);
}

function unsaved() {
  return [...memory.values()];
}

// The server has answered these: `answers` maps id to {outcome, first, reason}.
export async function settle(entries, answers, at) {
  await put(entries.filter(({ id }) => answers.has(id)).map((entry) => {
    const { outcome, first, reason } = answers.get(entry.id);
    const { waiting: _, ...rest } = entry;
    return { ...rest, outcome: first ?? outcome, reason, answeredAt: at };
  }));
}

// Send these entries once more.
export async function sendAgain(entries) {
  await put(entries.map((entry) => ({ ...entry, waiting: 1 })));
}

async function put(entries) {
  const kept = entries.filter((entry) => entry.seq);
  try {
    if (kept.length) await writing((store) => kept.forEach((entry) => store.put(entry)));
    for (const { id } of kept) memory.delete(id);
  } catch {
    for (const entry of kept) memory.set(entry.id, entry);
  }
  for (const entry of entries) if (!entry.seq) memory.set(entry.id, entry);
}

// Yesterday's answered entries have done their work. What waits is never thrown away.
export async function forgetBefore(moment) {
  await forget((entry) => !entry.waiting && entry.at < moment);
}

// The end of a stint: nothing of this teller stays on the phone. False, and nothing is forgotten, while any entry of
// theirs waits; with `even` also those that wait.
export async function forgetOf(token, even = false) {
  const mine = (entry) => entry.token === token;
  if (!even && unsaved().some((entry) => mine(entry) && entry.waiting)) return false;
  const forgotten = await forget(mine, even ? () => false : (entry) => mine(entry) && entry.waiting).catch(() => false);
  if (forgotten) for (const entry of unsaved()) if (mine(entry)) memory.delete(entry.id);
  return forgotten;
}

// Look and delete in one transaction, so that a number keyed meanwhile is seen. False when one forbids it.
async function forget(which, forbids = () => false) {
  let done = true;
  await transact("readwrite", (store, transaction) => {
    const request = store.getAll();
    request.onsuccess = () => {
      if (request.result.some(forbids)) {
        done = false;
        return transaction.commit?.();
      }
      for (const entry of request.result.filter(which)) store.delete(entry.seq);
      return undefined;
    };
    return undefined;
  });
  return done;
}
