/* Progressive enhancement only: every page works without this file. */
(function () {
  "use strict";

  // A form that is being sent says so, and is not sent twice.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "");
    var button = event.submitter;
    if (button) { button.setAttribute("aria-busy", "true"); }
  });
  // The browser's back button shows the page as it was kept: ready again.
  window.addEventListener("pageshow", wake);
  document.addEventListener("htmx:afterRequest", wake);
  function wake() {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { form.removeAttribute("data-sent"); });
    document.querySelectorAll("[aria-busy]").forEach(function (button) { button.removeAttribute("aria-busy"); });
  }

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
  document.querySelectorAll("[data-until]").forEach(function (node) {
    var until = Date.parse(node.dataset.until), done = document.getElementById(node.dataset.done);
    if (done) { done.hidden = true; }
    (function tick() {
      var seconds = Math.ceil((until - Date.now()) / 1000);
      if (seconds <= 0) { node.hidden = true; if (done) { done.hidden = false; } return; }
      node.textContent = node.dataset.text.replace("{time}", Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0"));
      setTimeout(tick, 1000);
    })();
  });

  // The six digits go off by themselves when they are all there.
  document.querySelectorAll(".code-input").forEach(function (input) {
    input.addEventListener("input", function () {
      var digits = input.value.replace(/\D/g, "").slice(0, 6);
      if (digits !== input.value) { input.value = digits; }
      if (digits.length === 6 && input.form) { input.form.requestSubmit(); }
    });
  });
})();
