/* Ctrl K (on a Mac: Command K) opens the console's search as a dialog over the present page: a combobox with a listbox,
   as the ARIA authoring practices have it. Without this file the link leads to the page /console/search. */
(function () {
  "use strict";

  var link = document.querySelector("[data-search]"), dialog = document.getElementById("search");
  if (!link || !dialog || !dialog.showModal) { return; }
  var field = dialog.querySelector("input"), list = document.getElementById("search-list"), told = document.getElementById("search-told");
  var isMac = /mac|iphone|ipad/i.test(navigator.platform), at = -1;

  link.setAttribute("role", "button");
  link.setAttribute("aria-haspopup", "dialog");
  link.setAttribute("aria-keyshortcuts", isMac ? "Meta+K" : "Control+K");
  var keys = link.querySelector("kbd");
  if (isMac) { keys.textContent = "\u2318 K"; }
  keys.hidden = false;
  link.addEventListener("click", function (event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }  // a page of its own, as with any link
    event.preventDefault();
    open();
  });
  link.addEventListener("keydown", function (event) {
    if (event.key === " ") { event.preventDefault(); open(); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key.toLowerCase() !== "k" || event.altKey || event.shiftKey || !(isMac ? event.metaKey : event.ctrlKey)) { return; }
    event.preventDefault();
    if (dialog.open) { field.select(); } else if (!document.querySelector("dialog[open]")) { open(); }
  });
  dialog.querySelector("[data-close]").addEventListener("click", function () { dialog.close(); });
  dialog.addEventListener("click", function (event) { if (event.target === dialog) { dialog.close(); } });

  function open() {
    dialog.showModal();
    field.select();
    field.dispatchEvent(new Event("look"));
  }

  // What came is a list of links, as on the page; here it becomes the options of the field.
  dialog.addEventListener("htmx:afterSwap", function () {
    list.querySelectorAll("section").forEach(function (each) { each.setAttribute("role", "group"); });
    list.querySelectorAll(".search-found, ul, li, h2").forEach(function (each) { each.setAttribute("role", "none"); });
    options().forEach(function (each, index) {
      each.id = "search-option-" + index;
      each.setAttribute("role", "option");
      each.setAttribute("aria-selected", "false");
      each.tabIndex = -1;
    });
    told.textContent = list.querySelector("[data-count]").dataset.count;
    told.className = "visually-hidden";
    field.setAttribute("aria-expanded", options().length ? "true" : "false");
    choose(field.value.trim() && options().length ? 0 : -1);
  });
  ["htmx:responseError", "htmx:sendError"].forEach(function (name) {
    dialog.addEventListener(name, function () {
      list.replaceChildren();
      told.textContent = told.dataset.failed;
      told.className = "search-none";
      field.setAttribute("aria-expanded", "false");
      choose(-1);
    });
  });
  function options() { return Array.from(list.querySelectorAll("a")); }

  field.addEventListener("keydown", function (event) {
    var all = options();
    if (event.key === "ArrowDown" && all.length) { choose((at + 1) % all.length); }
    else if (event.key === "ArrowUp" && all.length) { choose(at > 0 ? at - 1 : all.length - 1); }
    else if (event.key === "Enter" && !event.isComposing && at >= 0 && all[at]) { all[at].click(); }
    else { return; }
    event.preventDefault();
  });
  function choose(index) {
    var all = options();
    at = index;
    all.forEach(function (each, place) { each.setAttribute("aria-selected", place === index ? "true" : "false"); });
    if (index < 0) { field.removeAttribute("aria-activedescendant"); return; }
    field.setAttribute("aria-activedescendant", all[index].id);
    all[index].scrollIntoView({ block: "nearest" });
  }
  // A link to another place on the present page leaves the dialog open otherwise.
  list.addEventListener("click", function (event) { if (event.target.closest("a")) { dialog.close(); } });
}());
