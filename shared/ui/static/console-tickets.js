/* A saved reply goes into the box at once. Without this file the page is loaded again with it. */
(function () {
  "use strict";

  var form = document.getElementById("replies"), box = document.getElementById("f-message");
  if (!form || !box) { return; }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (form.hasAttribute("data-sent")) { return; }
    var address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form));
    fetch(address, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(put).catch(function () { form.submit(); });
  });

  function put(page) {
    var there = new DOMParser().parseFromString(page, "text/html"), said = there.getElementById("f-message");
    if (!said) { throw new Error("no box"); }  // signed out, or the ticket is over by now: the page itself says so
    var before = box.value.trimEnd();
    box.value = before ? before + "\n\n" + said.value : said.value;
    document.getElementById("unfilled").replaceChildren(...there.getElementById("unfilled").children);
    form.removeAttribute("data-sent");  // the page stays, and another may follow
    form.querySelector("button").removeAttribute("aria-busy");
    box.focus();
  }
}());

/* Keys of the ticket pages. Without this file there are none, and everything is reached by Tab. They only move the focus
   or open a page: nothing is decided by one key. Whoever speaks to the computer turns them off (WCAG 2.1.4). */
(function () {
  "use strict";

  var list = document.getElementById("keys"), on = document.getElementById("keys-on");
  if (!list) { return; }
  list.hidden = false;
  on.checked = recall() !== "off";
  on.addEventListener("change", function () {
    try { localStorage.setItem("ticket-keys", on.checked ? "on" : "off"); } catch (error) { /* kept for this page only */ }
  });

  var doings = {
    "j": function () { return step(1) || document.querySelector("[data-next]"); },
    "k": function () { return step(-1); },
    "a": function () { return document.querySelector('button[name="do"][value="approve"]'); },
    "d": function () { return document.querySelector('button[name="do"][value="decline"]'); },
    "r": function () { return document.getElementById("f-message"); }
  };
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !on.checked || isTyping(event.target)) { return; }
    if (event.key === "?") {
      list.open = !list.open;
      list.querySelector("summary").focus();
      event.preventDefault();
      return;
    }
    var doing = Object.hasOwn(doings, event.key) ? doings[event.key]() : null;
    if (!doing) { return; }
    event.preventDefault();
    if (doing.matches("[data-next]")) { doing.click(); } else { doing.focus(); }
  });

  function step(by) {
    var rows = [...document.querySelectorAll("a[data-row]")], at = rows.indexOf(document.activeElement);
    return rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
  }
  function isTyping(where) {
    return where.matches('input:not([type="checkbox"]), textarea, select, [contenteditable]');
  }
  function recall() {
    try { return localStorage.getItem("ticket-keys"); } catch (error) { return null; }
  }
}());
