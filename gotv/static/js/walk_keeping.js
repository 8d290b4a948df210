// The walk on this phone's disk: it opens without signal, and goes when the shift is over or the link is switched off.
const NAME = "gotv-knocking-walk";

function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function transact(mode, work) {
  const db = await database();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction("kept", mode);
      const result = work(transaction.objectStore("kept"));
      transaction.oncomplete = () => resolve(result?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("not kept"));
    });
  } finally {
    db.close();
  }
}

// False when this browser keeps nothing: then the walk is here only as long as the page is open.
export function keepWalk(told) {
  return transact("readwrite", (store) => store.put(told, "walk")).then(() => true, () => false);
}

export function keptWalk() {
  return transact("readonly", (store) => store.get("walk")).catch(() => undefined);
}

export function forgetWalk() {
  return transact("readwrite", (store) => store.clear()).catch(() => {});
}
