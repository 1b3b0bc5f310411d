/* Progressive enhancement only: every page works without this file. */
(function () {
  "use strict";

  // A form that is being sent says so, and is not sent twice.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-sent") || !navigator.onLine) { event.preventDefault(); return; }
    var button = event.submitter;
    if (button && button.formTarget) { return; }  // the answer goes to a frame, and this page stays
    form.setAttribute("data-sent", "");
    if (button) { button.setAttribute("aria-busy", "true"); }
  });
  // The browser's back button shows the page as it was kept: ready again.
  window.addEventListener("pageshow", wake);
  document.addEventListener("htmx:afterRequest", wake);
  document.addEventListener("bursar:shown", wake);  // an embed's frame shows another page
  function wake() {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { form.removeAttribute("data-sent"); });
    document.querySelectorAll("[aria-busy]").forEach(function (button) { button.removeAttribute("aria-busy"); });
  }

  // Offline: nothing is sent, what was typed stays, and the page goes on by itself.
  addEventListener("offline", line);
  addEventListener("online", line);
  if (!navigator.onLine) { line(); }
  function line() {
    var away = !navigator.onLine, said = document.getElementById("offline");
    if (said) { said.textContent = away ? said.dataset.text : ""; }
    document.querySelectorAll("main form button").forEach(function (button) {
      if (away) { button.setAttribute("aria-disabled", "true"); } else { button.removeAttribute("aria-disabled"); }
    });
  }

  // What support asks for is copied with a click.
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent).then(function () { button.textContent = button.dataset.copied; });
    });
  });

  // Menus made of <details> close with Escape and with a click elsewhere.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.removeAttribute("open"); }
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });

  // A timer counts down in words that the page brings: data-until (ISO), data-text with {time}, data-done (id to show).
  enliven();
  document.addEventListener("bursar:shown", enliven);

  function enliven() {
    document.querySelectorAll("[data-until]:not([data-live])").forEach(countDown);
    document.querySelectorAll(".code-input:not([data-live])").forEach(sendWhenWhole);
    document.querySelectorAll("form[data-go-on]:not([data-live])").forEach(goOn);
  }

  // What was entered before a code was asked for goes on by itself; in a frame a person presses what confirms (EM-10).
  function goOn(form) {
    form.setAttribute("data-live", "");
    if (!window.bursarFrame || !form.querySelector('input[name="confirmation"]')) { form.requestSubmit(); }
  }

  function countDown(node) {
    node.setAttribute("data-live", "");
    var until = Date.parse(node.dataset.until), done = document.getElementById(node.dataset.done);
    if (done) { done.hidden = true; }
    (function tick() {
      var seconds = Math.ceil((until - Date.now()) / 1000);
      if (seconds <= 0) { node.hidden = true; if (done) { done.hidden = false; } return; }
      node.textContent = node.dataset.text.replace("{time}", Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0"));
      setTimeout(tick, 1000);
    })();
  }

  // The six digits go off by themselves when they are all there.
  function sendWhenWhole(input) {
    input.setAttribute("data-live", "");
    input.addEventListener("input", function () {
      var digits = input.value.replace(/\D/g, "").slice(0, 6);
      if (digits !== input.value) { input.value = digits; }
      if (digits.length === 6 && input.form) { input.form.requestSubmit(); }
    });
  }
})();
