// The map of the seats: outlines of our own, and tiles only where the house is told to fetch them.
const STEPS_A_DEGREE = 1000;
const COUNTRY = [[49.8, -8.2], [59.4, 1.8]];

// From steps, east and north by turns, back to corners.
function corners(steps) {
  let [east, north] = [0, 0];
  const ring = [];
  for (let n = 0; n < steps.length; n += 2) {
    east += steps[n];
    north += steps[n + 1];
    ring.push([north / STEPS_A_DEGREE, east / STEPS_A_DEGREE]);
  }
  return ring;
}

// Draws the map into `place`; `clicked` gets degrees. Resolves with {show(at, found)}, or undefined without a map.
export async function drawMap(place, clicked) {
  const { L } = window;
  if (!L || !place) return undefined;
  const map = L.map(place, { zoomSnap: 0.25, attributionControl: Boolean(place.dataset.tiles), maxZoom: place.dataset.tiles ? 16 : 12 });
  map.fitBounds(COUNTRY);
  if (place.dataset.tiles) L.tileLayer(place.dataset.tiles, { attribution: place.dataset.thanks, referrerPolicy: "origin" }).addTo(map);
  map.on("click", ({ latlng }) => clicked(latlng.lat, latlng.lng));
  const answer = await fetch(place.dataset.outlines).catch(() => null);
  const seats = answer?.ok ? await answer.json() : [];
  for (const { name, in: counts, rings } of seats) {
    L.polygon(rings.map((ring) => [corners(ring)]), { className: counts ? "seat in" : "seat", smoothFactor: 0.7 }).bindTooltip(asText(name), { sticky: true }).addTo(map);
  }
  const marks = L.layerGroup().addTo(map);
  return { show: (at, found) => show(L, map, marks, at, found) };
}

// The map takes a text for HTML.
function asText(words) {
  const label = document.createElement("span");
  label.textContent = words;
  return label;
}

function show(L, map, marks, at, found) {
  marks.clearLayers();
  L.circleMarker(at, { radius: 6, className: "you" }).bindTooltip("You", { permanent: true, direction: "bottom" }).addTo(marks);
  found.forEach(({ lat, lon, name }, n) => {
    const number = L.divIcon({ className: "place-number", html: String(n + 1), iconSize: [26, 26] });
    L.marker([lat, lon], { icon: number, keyboard: false, title: name }).addTo(marks);
  });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.fitBounds([at, ...found.slice(0, 3).map(({ lat, lon }) => [lat, lon])], { padding: [40, 40], maxZoom: 9, animate: !calm });
}
