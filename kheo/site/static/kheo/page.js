// Small comforts. Every page works without this file.
(() => {
  "use strict";
  // No signal: say so, calmly.
  const note = document.getElementById("offline");
  const tell = () => { if (note) note.hidden = navigator.onLine !== false; };
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();

  // A menu closes when one taps elsewhere or presses Escape.
  const close = (except) => document.querySelectorAll("details.speak[open]").forEach((d) => { if (d !== except) d.open = false; });
  addEventListener("click", (e) => close(e.target.closest("details.speak")));
  addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    document.querySelectorAll("details.speak[open]").forEach((d) => { d.open = false; d.querySelector("summary").focus(); });
  });

  // A form is sent once; pressing twice would be harmless (it acts once) but looks broken.
  addEventListener("submit", (e) => {
    const button = e.submitter;
    if (!button || !e.target.matches("form.act")) return;
    setTimeout(() => { button.setAttribute("aria-disabled", "true"); button.classList.add("going"); }, 0);
    e.target.addEventListener("submit", (again) => again.preventDefault());
  });
  addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });

  // Print and share buttons appear only where the phone can do it.
  document.querySelectorAll("[data-print]").forEach((b) => { b.hidden = false; b.addEventListener("click", () => print()); });
  document.querySelectorAll("[data-share]").forEach((b) => {
    if (!navigator.share) return;
    b.hidden = false;
    b.addEventListener("click", () => navigator.share({ title: document.title, text: b.dataset.share, url: location.href }).catch(() => {}));
  });

  // Copy a sentence; without this it can be selected with one tap.
  document.querySelectorAll("[data-copy]").forEach((b) => {
    const from = document.getElementById(b.dataset.copy);
    if (!from || !navigator.clipboard) return;
    b.hidden = false;
    b.addEventListener("click", () => navigator.clipboard.writeText(from.textContent.trim()).then(() => { b.lastElementChild.textContent = b.dataset.done; }, () => {}));
  });

  // The first wrong field is where the person goes on.
  const wrong = document.querySelector(".field-wrong input, .field-wrong textarea, .field-wrong select");
  if (wrong) wrong.focus();
})();
