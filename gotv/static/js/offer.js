// Numbers that another phone handed over by its QR code: taken by a tap, never by opening a link alone.
import { isOffer, taken } from "./handover.js";

const OFFERED = "gotv-offered";
const $ = (id) => document.getElementById(id);

export function listenForOffers({ take, unreadable }) {
  const look = () => offer(take, unreadable);
  addEventListener("hashchange", look);
  look();
}

function offer(take, unreadable) {
  const fragment = remembered();
  const offered = taken(fragment);
  if (isOffer(fragment) && !offered.length) unreadable("That code could not be read. Show it again on the other phone.");
  $("offer").classList.toggle("hidden", offered.length === 0);
  $("offer-words").textContent = `${offered.length} numbers from another phone. Send them from this one?`;
  $("offer-take").onclick = () => {
    decided();
    take(offered);
  };
  $("offer-leave").onclick = decided;
}

function decided() {
  $("offer").classList.add("hidden");
  try { sessionStorage.removeItem(OFFERED); } catch { /* nothing was kept */ }
}

// The fragment survives the way over the sign-in page.
function remembered() {
  try {
    if (location.hash) sessionStorage.setItem(OFFERED, location.hash);
    history.replaceState(null, "", location.pathname);
    return sessionStorage.getItem(OFFERED) ?? "";
  } catch {
    return location.hash;
  }
}
