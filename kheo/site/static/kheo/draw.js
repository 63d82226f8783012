// A map beside a field that takes a drawing (data-draw="geojson") or a pin on a site (data-draw="pin").
// The field works without this file; Leaflet itself is fetched only when the map is looked at.
(() => {
  "use strict";
  const FEWEST = { point: 1, line: 2, polygon: 3 };
  const GEOJSON = { point: "Point", line: "LineString", polygon: "Polygon" };
  const NEAR = 32; // px from a finger to the road that is meant

  const make = (tag, className, words) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (words) made.textContent = words;
    return made;
  };
  const load = (tag, values) => new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement(tag), values);
    made.onload = resolve;
    made.onerror = reject;
    document.head.prepend(made); // before our own sheet, which has the last word
  });
  let leaflet = null;
  const fetchLeaflet = (field) => {
    leaflet ||= Promise.all([
      load("link", { rel: "stylesheet", href: field.dataset.sheet }),
      window.L || load("script", { src: field.dataset.script }),
    ]).catch((e) => { leaflet = null; throw e; });
    return leaflet;
  };

  document.querySelectorAll("[data-draw]").forEach((field) => {
    const words = JSON.parse(field.dataset.words);
    const form = field.form;
    const pin = field.dataset.draw === "pin";
    const select = form.elements.site || null; // the list of sites: what the keyboard uses
    const latField = pin ? form.elements.lat : null;
    if (pin && !select) return;
    const folded = field.type === "hidden";
    const box = make(folded ? "details" : "div", folded ? "draw field" : "draw");
    const inside = folded ? make("div", "draw-in") : box;
    const ground = make("div", "draw-map");
    const say = make("p", "draw-say");
    const tools = make("div", "draw-tools");
    say.setAttribute("role", "status");
    if (folded) box.append(make("summary", "", words.open), inside);
    inside.append(say, ground, tools);

    if (folded) {
      const beside = select ? select.closest(".field") : null;
      if (beside) beside.after(box); else form.querySelector(".act-go").before(box);
    } else { // the text is for machines: it goes behind a fold
      const fold = make("details", "fold");
      fold.append(make("summary", "", words.text));
      field.before(box, fold);
      const help = document.getElementById(`${field.id}_helptext`);
      if (help) fold.append(help);
      fold.append(field);
      if (field.closest(".field-wrong")) fold.open = true;
    }

    let map, drawn, sites = new Map(), points = [], shape = "point";
    const kind = form.elements.kind || null;
    const given = field.dataset.shapes ? JSON.parse(field.dataset.shapes) : ["point"];
    const shapes = () => (Array.isArray(given) ? given : (kind && given[kind.value]) || ["point"]);

    const tell = (...parts) => {
      say.replaceChildren(...parts);
    };
    const number = (n) => Math.round(n).toLocaleString(document.documentElement.lang || undefined);
    const length = () => points.slice(1).reduce((sum, p, i) => sum + map.distance(points[i], p), 0);
    const guide = () => {
      if (pin) {
        const site = sites.get(select.value);
        if (field.value && site) tell(words.pinned.replace("%s", site.name));
        else if (select.value && !site) tell(words.unmapped);
        else tell(words["tap-pin"]);
      } else if (shape === "line" && points.length > 1) tell(make("strong", "", words.length.replace("%s", number(length()))));
      else if (shape === "point" && points.length) tell(words.placed);
      else tell(words[`tap-${shape}`]);
    };

    const write = () => {
      const round = (p) => [Number(p.lng.toFixed(6)), Number(p.lat.toFixed(6))];
      const enough = points.length >= FEWEST[shape];
      if (pin) {
        [field.value, latField.value] = enough ? round(points[0]) : ["", ""];
        return;
      }
      const all = points.map(round);
      const coordinates = shape === "point" ? all[0] : shape === "line" ? all : [[...all, all[0]]];
      field.value = enough ? JSON.stringify({ type: GEOJSON[shape], coordinates }) : "";
    };
    const paint = () => {
      drawn.clearLayers();
      const still = { interactive: false };
      if (shape === "line" && points.length > 1) L.polyline(points, { ...still, className: "draw-line", weight: 6 }).addTo(drawn);
      if (shape === "polygon" && points.length > 1) L.polygon(points, { ...still, className: "draw-shape", weight: 4, fillOpacity: 0.2 }).addTo(drawn);
      points.forEach((p) => L.circleMarker(p, { ...still, className: "draw-dot", radius: points.length > 1 ? 7 : 10, weight: 2, fillOpacity: 1 }).addTo(drawn));
    };
    const change = () => { write(); paint(); guide(); };

    // The place on a site nearest to a finger, and how many px away; the server snaps again, exactly.
    const nearest = (site, at) => {
      const here = map.latLngToLayerPoint(at);
      let best = null;
      const look = (p) => {
        const far = p.distanceTo(here);
        if (!best || far < best.far) best = { far, at: map.layerPointToLatLng(p) };
      };
      const lines = (c, depth) => (depth ? c.forEach((x) => lines(x, depth - 1)) : c.forEach((p, i) => {
        const [a, b] = [p, c[Math.min(i + 1, c.length - 1)]].map(([lng, lat]) => map.latLngToLayerPoint([lat, lng]));
        look(L.LineUtil.closestPointOnSegment(here, a, b));
      }));
      const { type, coordinates } = site.geometry;
      lines(type === "Point" ? [coordinates] : coordinates, { Polygon: 1, MultiLineString: 1, MultiPolygon: 2 }[type] || 0);
      return best;
    };
    const choose = (key) => {
      sites.forEach((site, k) => site.layer.getElement?.()?.classList.toggle("draw-chosen", k === key));
    };
    const putPin = (at) => {
      let found = null;
      sites.forEach((site, key) => {
        const near = nearest(site, at);
        if (near && (near.far <= NEAR || key === select.value) && (!found || near.far < found.near.far)) found = { key, near };
      });
      if (!found) { tell(words.choose); return; }
      if (select.value !== found.key) select.value = found.key;
      choose(found.key);
      points = [found.near.at];
      change();
    };
    const put = (at) => {
      if (pin) { putPin(at); return; }
      points = shape === "point" ? [at] : [...points, at];
      change();
    };

    const button = (words_, act) => {
      const made = make("button", "btn", words_);
      made.type = "button";
      made.addEventListener("click", act);
      return made;
    };
    const kinds = () => (pin ? [] : shapes().map((s) => {
      const made = button(words[s], () => {
        if (shape !== s) points = [];
        shape = s;
        toolbar();
        change();
      });
      made.setAttribute("aria-pressed", String(s === shape));
      return made;
    }));
    const locate = () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const at = L.latLng(coords.latitude, coords.longitude);
        map.setView(at, 18, { animate: false });
        put(at);
      },
      () => tell(words.lost),
      { enableHighAccuracy: true, timeout: 15000 },
    );
    const toolbar = () => {
      const shown = [
        ...kinds(),
        button(words.cross, () => put(map.getCenter())),
        ...(pin ? [] : [button(words.undo, () => { points.pop(); change(); })]),
        button(words.clear, () => { points = []; change(); }),
      ];
      if (navigator.geolocation && isSecureContext) shown.push(button(words.position, locate));
      tools.replaceChildren(...shown);
    };

    const restore = () => { // what was drawn before the form came back with a question
      if (pin) {
        if (field.value && latField.value) points = [L.latLng(latField.value, field.value)];
        return;
      }
      try {
        const { type, coordinates } = JSON.parse(field.value);
        const found = Object.keys(GEOJSON).find((s) => GEOJSON[s] === type);
        if (!found || !shapes().includes(found)) return;
        shape = found;
        points = (found === "point" ? [coordinates] : found === "line" ? coordinates : coordinates[0].slice(0, -1)).map(([x, y]) => L.latLng(y, x));
      } catch { points = []; }
    };
    const area = (features) => features.length && L.geoJSON({ type: "FeatureCollection", features }).getBounds();
    const look = (features) => {
      const mine = features.filter((f) => f.properties.what === "site" && (String(f.id) === field.dataset.place || (select && String(f.id) === select.value)));
      const here = features.filter((f) => f.properties.here);
      const bounds = [mine, here, features].map(area).find((b) => b && b.isValid());
      if (points.length > 1) map.fitBounds(L.latLngBounds(points).pad(0.3), { maxZoom: 18, animate: false });
      else if (bounds) map.fitBounds(bounds.pad(0.06), { maxZoom: 17, animate: false });
      else map.setView([10.03, 105.78], 13);
    };

    const open = async () => {
      if (map !== undefined) return;
      map = null;
      try {
        const [outline] = await Promise.all([fetch(field.dataset.outline).then((r) => (r.ok ? r.json() : Promise.reject(r))), fetchLeaflet(field)]);
        begin(outline.features);
      } catch (e) {
        map = undefined;
        tell(words.failed);
      }
    };
    const begin = (features) => {
      shape = pin ? "point" : shapes()[0];
      map = L.map(ground, { attributionControl: false, doubleClickZoom: false, zoomControl: true, minZoom: 8, maxZoom: 19, scrollWheelZoom: "center", zoomSnap: 0.25, zoomDelta: 1 });
      ground.setAttribute("aria-label", words.map);
      ground.setAttribute("role", "group");
      if (field.dataset.tiles) {
        ground.classList.add("draw-tiled");
        L.tileLayer(field.dataset.tiles, { maxZoom: 19 }).addTo(map);
        if (field.dataset.credit) {
          const credit = document.createElement("span");
          credit.textContent = field.dataset.credit;
          L.control.attribution({ prefix: false }).addAttribution(credit.innerHTML).addTo(map);
        }
      }
      ground.append(make("div", "draw-cross"));
      const rank = (what) => features.filter((f) => f.properties.what === what);
      const under = (what, options) => L.geoJSON({ type: "FeatureCollection", features: rank(what) }, { interactive: false, style: options }).addTo(map);
      under("ward", { className: "draw-ward", weight: 2, fillOpacity: 1 });
      under("area", { className: "draw-area", weight: 1.5, fillOpacity: 0.7 });
      const offered = pin ? new Set([...select.options].map((o) => o.value)) : null;
      const named = rank("site").filter((f) => f.properties.here).length <= 6;
      let mine = null; // the place that is drawn anew
      rank("site").forEach((f) => {
        const layer = L.geoJSON(f, {
          style: { className: "draw-site", weight: 6, fillOpacity: 0.3 },
          pointToLayer: (_f, at) => L.circleMarker(at, { className: "draw-site", radius: 8, weight: 4 }),
        }).addTo(map);
        const label = make("span", "", f.properties.name);
        layer.bindTooltip(label, { sticky: true });
        if (named && f.properties.here) layer.unbindTooltip().bindTooltip(label, { permanent: true, direction: "right", offset: [10, 0], interactive: false });
        const one = layer.getLayers()[0];
        if (!offered || offered.has(String(f.id))) sites.set(String(f.id), { name: f.properties.name, geometry: f.geometry, layer: one });
        if (String(f.id) === field.dataset.place) mine = one;
      });
      drawn = L.layerGroup().addTo(map);
      restore();
      look(features);
      mine?.getElement()?.classList.add("draw-chosen");
      map.on("click", (e) => put(e.latlng));
      if (pin) {
        choose(select.value);
        select.addEventListener("change", () => {
          points = [];
          choose(select.value);
          change();
          look(features);
        });
      }
      if (kind && !Array.isArray(given)) {
        kind.addEventListener("change", () => {
          if (!shapes().includes(shape)) { shape = shapes()[0]; points = []; }
          toolbar();
          change();
        });
      }
      toolbar();
      paint();
      guide();
    };

    if (pin) select.addEventListener("change", () => { if (!map) [field.value, latField.value] = ["", ""]; });
    if (folded) {
      box.addEventListener("toggle", () => { if (box.open) open(); });
      if (field.value) box.open = true;
    } else if ("IntersectionObserver" in window) {
      const seen = new IntersectionObserver((entries) => { if (entries.some((e) => e.isIntersecting)) { seen.disconnect(); open(); } }, { rootMargin: "200px" });
      seen.observe(box);
    } else open();
  });
})();
