// What somebody counted where there is no signal stays on this phone and is sent once, later: from whichever page is open then.
// Each form carries its act id, so that the city writes it down once however often it arrives. Forms work without this file.
(() => {
  "use strict";
  const note = document.getElementById("unsent");
  if (!window.indexedDB || !note) return;
  const open = new Promise((done, failed) => {
    const ask = indexedDB.open("kheo", 1);
    ask.onupgradeneeded = () => ask.result.createObjectStore("unsent", { keyPath: "id" });
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => failed(ask.error);
  });
  const store = (mode, act) => open.then((db) => new Promise((done, failed) => {
    const deal = db.transaction("unsent", mode);
    const asked = act(deal.objectStore("unsent"));
    deal.oncomplete = () => done(asked.result);
    deal.onerror = deal.onabort = () => failed(deal.error);
  }));
  const all = () => store("readonly", (s) => s.getAll());
  const drop = (id) => store("readwrite", (s) => s.delete(id));
  const tell = async () => {
    const kept = await all();
    note.hidden = !kept.length;
    note.replaceChildren(note.dataset.says.replace("%s", kept.length));
    for (const one of kept.filter((k) => k.refused)) {
      const link = document.createElement("a");
      link.href = one.url;
      link.textContent = note.dataset.look;
      note.append(" ", link);
    }
    return kept;
  };

  // The token of a form that waited for days may be old: the page gives a new one.
  const post = async (one, again) => {
    const body = new FormData();
    for (const [name, value, file] of one.fields) file ? body.append(name, value, file) : body.append(name, value);
    const answer = await fetch(one.url, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
    if (answer.status !== 403 || again) return answer;
    const page = new DOMParser().parseFromString(await (await fetch(one.url)).text(), "text/html");
    const token = page.querySelector("form[data-keep] [name=csrfmiddlewaretoken]");
    if (!token) return answer;
    one.fields = one.fields.map((f) => (f[0] === token.name ? [f[0], token.value] : f));
    return post(one, true);
  };
  const send = async (one) => {
    const answer = await post(one);
    if (answer.type === "opaqueredirect") { await drop(one.id); dispatchEvent(new CustomEvent("kheo-sent", { detail: one.url })); return true; } // taken: the answer leads on
    if (answer.status < 500 && answer.status !== 429) await store("readwrite", (s) => s.put({ ...one, refused: true }));
    return false;
  };
  let busy = false;
  const sendAll = async () => {
    if (busy || navigator.onLine === false) return;
    busy = true;
    try {
      for (const one of await all()) await send(one);
    } catch { /* no signal after all: later */ } finally {
      busy = false;
      await tell();
    }
  };
  const alone = (job) => (navigator.locks ? navigator.locks.request("kheo-unsent", { ifAvailable: true }, (lock) => lock && job()) : job());
  const go = () => alone(sendAll).catch(() => {});

  document.querySelectorAll("form[data-keep]").forEach((form) => {
    const says = document.createElement("p");
    says.className = "note note-good";
    says.setAttribute("role", "status");
    says.hidden = true;
    form.before(says);
    const kept = () => { says.textContent = form.dataset.kept; says.hidden = false; document.querySelectorAll("form.act, details.fold").forEach((f) => { f.hidden = true; }); says.scrollIntoView({ block: "center" }); };
    all().then((found) => { if (found.some((k) => k.url === form.action && !k.refused)) kept(); }, () => {});
    addEventListener("kheo-sent", (e) => { if (e.detail === form.action && form.hidden) says.textContent = form.dataset.sent; });
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      e.stopImmediatePropagation();
      if (!form.checkValidity()) { form.reportValidity(); return; }
      const button = e.submitter;
      if (button && button.classList.contains("going")) return;
      if (button) button.classList.add("going");
      const fields = [...new FormData(form)].map(([name, value]) => (value instanceof File ? [name, value, value.name] : [name, value]));
      const one = { id: form.elements.act_id.value, url: form.action, fields, at: Date.now() };
      try {
        await store("readwrite", (s) => s.put(one)); // first kept, then sent: a page that is closed meanwhile loses nothing
      } catch {
        if (navigator.onLine !== false) { form.submit(); return; }
        says.textContent = form.dataset.full;
        says.hidden = false;
        if (button) button.classList.remove("going");
        return;
      }
      try {
        if (navigator.onLine === false) throw new TypeError("no signal");
        const answer = await post(one);
        await drop(one.id).catch(() => {});
        if (answer.type === "opaqueredirect") location.href = form.dataset.then;
        else form.submit(); // the page says what is wrong
      } catch {
        kept();
        tell();
      }
    }, true);
  });
  // The page of a visit that takes no number any more has said why: what was kept for it is not needed.
  const here = location.href.split("#")[0];
  all().then((found) => Promise.all(found.filter((k) => k.url === here && k.refused).map((k) => drop(k.id)))).then(tell, () => {});
  addEventListener("online", go);
  setInterval(go, 60000);
  go();
})();
