// The numbers keyed on this phone, in IndexedDB: kept until the server answers each by its id, and shown after.
const NAME = "gotv";
const STORE = "entries";

function asPromise(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(STORE, { keyPath: "seq", autoIncrement: true });
      store.createIndex("id", "id", { unique: true });
      store.createIndex("waiting", "waiting");
    };
    request.onsuccess = () => resolve(request.result);
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
  const db = await database();
  return asPromise(work(db.transaction(STORE, "readonly").objectStore(STORE)));
}

// `waiting` is 1 until the server has answered; entries without it are only history.
export function add(entry) {
  return writing((store) => store.add({ ...entry, waiting: 1 }));
}

export async function waiting(most) {
  return reading((store) => store.index("waiting").getAll(1, most));
}

export function howManyWaiting() {
  return reading((store) => store.index("waiting").count(1));
}

export async function newest(most) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const found = [];
    const request = db.transaction(STORE).objectStore(STORE).openCursor(null, "prev");
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor || found.length === most) return resolve(found);
      found.push(cursor.value);
      cursor.continue();
    };
  });
}

// The server has answered these: `answers` maps id to {outcome, reason}.
export function settle(entries, answers, at) {
  return writing((store) => {
    for (const entry of entries) {
      const answer = answers.get(entry.id);
      if (!answer) continue;
      const { waiting: _, ...rest } = entry;
      store.put({ ...rest, outcome: answer.first ?? answer.outcome, reason: answer.reason, answeredAt: at });
    }
  });
}
