// The numbers keyed on this phone, in IndexedDB: all of the day, each waiting until the server has answered it by its id.
//
// Answered entries stay: the list of what was given, undo, the totals, and everything again for a server that was
// restored from a backup. What cannot be written stays in this page's memory, and `add` says so.
const NAME = "gotv";
const STORE = "entries";
const memory = [];
let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion >= 1) request.result.deleteObjectStore(STORE);
      const store = request.result.createObjectStore(STORE, { keyPath: "seq", autoIncrement: true });
      store.createIndex("id", "id", { unique: true });
      store.createIndex("waiting", "waiting");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

// Strict: on the disk before we say "saved", so that a flat battery a second later loses nothing.
async function writing(work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORE, "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    work(transaction.objectStore(STORE));
  });
}

async function reading(work) {
  let db;
  try { db = await database(); } catch { return []; }
  return new Promise((resolve, reject) => {
    const request = work(db.transaction(STORE, "readonly").objectStore(STORE));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// True when the entry is on the disk; false when only this page remembers it.
export async function add(entry) {
  const waiting = { ...entry, waiting: 1 };
  try {
    await writing((store) => store.add(waiting));
    return true;
  } catch {
    if (!memory.some(({ id }) => id === entry.id)) memory.push({ ...waiting, unsaved: true });
    return false;
  }
}

// Every entry on this phone, oldest first.
export async function all() {
  return [...(await reading((store) => store.getAll())), ...memory];
}

export async function waiting(most) {
  const kept = await reading((store) => store.index("waiting").getAll(1, most));
  return [...kept, ...memory.filter((entry) => entry.waiting)].slice(0, most);
}

// The server has answered these: `answers` maps id to {outcome, first, reason}.
export async function settle(entries, answers, at) {
  const answered = entries.filter(({ id }) => answers.has(id)).map((entry) => {
    const { outcome, first, reason } = answers.get(entry.id);
    const { waiting: _, ...rest } = entry;
    return { ...rest, outcome: first ?? outcome, reason, answeredAt: at };
  });
  await put(answered);
}

// Send these once more; without ids, everything.
export async function sendAgain(ids) {
  const again = (await all()).filter((entry) => !ids || ids.has(entry.id));
  await put(again.map((entry) => ({ ...entry, waiting: 1 })));
}

async function put(entries) {
  const [kept, held] = [entries.filter((entry) => entry.seq), entries.filter((entry) => !entry.seq)];
  for (const entry of held) memory.splice(memory.findIndex(({ id }) => id === entry.id), 1, entry);
  if (kept.length) await writing((store) => kept.forEach((entry) => store.put(entry)));
}

// Yesterday's answered entries have done their work. What waits is never thrown away.
export async function forgetBefore(moment) {
  const old = (await all()).filter((entry) => entry.seq && !entry.waiting && entry.at < moment);
  if (old.length) await writing((store) => old.forEach((entry) => store.delete(entry.seq)));
}

// The end of a stint: nothing of this teller stays on the phone.
export async function forgetAll() {
  memory.length = 0;
  await writing((store) => store.clear());
}
