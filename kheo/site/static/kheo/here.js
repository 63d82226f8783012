// Where am I on the drawing, and how far from it? The position stays on the phone. The page works without this file.
(() => {
  "use strict";
  const button = document.querySelector("[data-here]");
  const map = document.querySelector(".corridor");
  const note = document.querySelector("[data-distance]");
  if (!button || !map || !navigator.geolocation) return;
  button.hidden = false;
  const [west, north, perLon, perLat] = ["west", "north", "perLon", "perLat"].map((k) => Number(map.dataset[k]));
  const metre = Number(map.dataset.metre);
  const spots = JSON.parse(map.dataset.spots);
  let watching = false;
  const show = (p) => {
    const x = (p.coords.longitude - west) * perLon, y = (north - p.coords.latitude) * perLat;
    const dot = map.querySelector(".here");
    dot.setAttribute("cx", Math.max(9, Math.min(591, x)));
    dot.setAttribute("cy", Math.max(9, Math.min(391, y)));
    const near = Math.min(...spots.map(([a, b]) => Math.hypot(a - x, b - y))) * metre;
    const says = near < 1000 ? button.dataset.far : button.dataset.veryFar;
    const round = near < 100 ? Math.round(near) : near < 1000 ? Math.round(near / 10) * 10 : Math.round(near / 100) / 10;
    note.textContent = says.replace("%s", round.toLocaleString(document.documentElement.lang));
  };
  button.addEventListener("click", () => {
    if (watching) return;
    watching = true;
    navigator.geolocation.watchPosition(show, () => { watching = false; note.textContent = button.dataset.lost; }, { enableHighAccuracy: true, maximumAge: 5000 });
  });
})();
