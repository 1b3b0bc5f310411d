/* What somebody typed survives being signed out. Pages load this, embeds' frames don't: nothing is stored there (EM-04). */
(function () {
  "use strict";

  document.addEventListener("submit", function (event) { if (!event.defaultPrevented) { keep(event.target); } });

  // Who was signed out while filling in a form finds it filled again, in this tab alone.
  var KEPT = "bursar-form";
  function store(value) {
    try {
      if (value === undefined) { return JSON.parse(sessionStorage.getItem(KEPT)); }
      if (value) { sessionStorage.setItem(KEPT, JSON.stringify(value)); } else { sessionStorage.removeItem(KEPT); }
    } catch (closed) { return null; }
  }
  function keep(form) {
    var fields = [...form.elements].filter(function (each) {
      return each.name && !/^(hidden|submit|button|password|file)$/.test(each.type) && (each.checked || !/^(radio|checkbox)$/.test(each.type));
    }).map(function (each) { return [each.name, each.value]; });
    if (form.method === "post" && !/\/sign-in/.test(form.action)) { store(fields.length ? { action: form.action, fields: fields } : null); }
  }
  (function refill() {
    var kept = store();
    if (!kept) { return; }
    if (/\/sign-in/.test(location.pathname)) {
      if (/[?&]next=/.test(location.search)) { kept.out = true; store(kept); }
      return;
    }
    store(null);
    var form = [...document.forms].find(function (each) { return each.action === kept.action && each.method === "post"; });
    if (!kept.out || !form || document.querySelector("#flash [data-refilled]")) { return; }
    kept.fields.forEach(function (field) {
      [...form.elements].forEach(function (each) {
        if (each.name !== field[0] || each.type === "hidden") { return; }
        if (/^(radio|checkbox)$/.test(each.type)) { each.checked = each.value === field[1]; } else { each.value = field[1]; }
      });
    });
    var said = document.getElementById("flash"), note = document.createElement("p");
    note.className = "note";
    note.textContent = said.dataset.restored;
    said.append(note);
  })();
})();
