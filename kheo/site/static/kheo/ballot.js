// Finding one's own code in the published list. The code stays on this phone: it only moves the page. Works without this file, too.
(() => {
  "use strict";
  const box = document.querySelector("[data-find-code]");
  if (!box) return;
  const field = box.querySelector("input");
  const note = box.querySelector("[role=status]");
  const clean = (text) => text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  const go = (code) => {
    if (code.length !== 8) return;
    const row = document.getElementById(code);
    note.textContent = row ? row.dataset.says : box.dataset.missing;
    if (row) location.hash = code;
    else if (box.dataset.split && !location.search.includes(`block=${code[0]}`)) location.href = `?block=${code[0]}#${code}`;
  };
  box.hidden = false;
  field.addEventListener("input", () => go(clean(field.value)));
  if (location.hash.length === 9) { field.value = location.hash.slice(1); go(clean(location.hash)); }
})();
