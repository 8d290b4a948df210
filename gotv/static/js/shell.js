// The phone around the page: works without signal, stays awake, keeps its storage, and takes a new version when it may.
const { worker: WORKER = "/telling-worker.js", scope: SCOPE = "/telling" } = document.body.dataset;
const LOOK_FOR_NEW_MS = 15 * 60 * 1000;

// `idle` says whether nothing waits and nothing is half keyed: only then may the page load itself anew.
export function install(idle) {
  navigator.storage?.persist?.().catch(() => {});
  if (!navigator.serviceWorker) return () => {};
  let waiting = null;
  const hadWorker = Boolean(navigator.serviceWorker.controller);
  const take = async () => {
    if (waiting && (await idle())) waiting.postMessage("take over");
  };
  navigator.serviceWorker.addEventListener("controllerchange", async () => {
    if (hadWorker && (await idle())) location.reload();
  });
  navigator.serviceWorker.register(WORKER, { scope: SCOPE }).then((registration) => {
    const found = (worker) => worker?.addEventListener("statechange", () => {
      if (worker.state !== "installed" || !navigator.serviceWorker.controller) return;
      waiting = worker;
      take();
    });
    waiting = registration.waiting;
    found(registration.installing);
    registration.addEventListener("updatefound", () => found(registration.installing));
    setInterval(() => registration.update().catch(() => {}), LOOK_FOR_NEW_MS);
    take();
  }).catch(() => { /* without it the pad works as long as its page is open */ });
  return take;
}

// The screen stays on while a teller stands there. Asked on the first tap, and again whenever the page is seen again.
export function stayAwake() {
  let wanted = false;
  const ask = () => {
    if (wanted && !document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
  };
  addEventListener("pointerdown", () => {
    if (wanted) return;
    wanted = true;
    ask();
  });
  document.addEventListener("visibilitychange", ask);
}
