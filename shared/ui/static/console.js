/* The wizard's preview follows what is typed and chosen. Without this file it shows what was saved, after each step. */
(function () {
  "use strict";

  var frame = document.getElementById("preview"), bar = document.querySelector("form[data-preview]");
  if (!frame || !bar) { return; }
  var stage = frame.parentElement, asked = 0;

  bar.addEventListener("change", function () {
    stage.dataset.size = bar.elements.size.value;
    show();
  });
  bar.addEventListener("submit", function (event) { event.preventDefault(); });
  document.body.addEventListener("draft-saved", show);

  // Links of a sample page lead nowhere.
  frame.addEventListener("load", rest);
  rest();
  function rest() {
    frame.contentDocument.addEventListener("click", function (event) {
      if (event.target.closest("a")) { event.preventDefault(); }
    });
  }

  // The page is put in place of the one that is there, so that nothing flickers and it stays where it was scrolled to.
  function show() {
    var turn = ++asked;
    fetch(address(), { credentials: "same-origin" }).then(function (answer) {
      return answer.ok ? answer.text() : Promise.reject(answer.status);
    }).then(function (text) {
      if (turn === asked) { put(new DOMParser().parseFromString(text, "text/html")); }
    }).catch(function () { frame.src = address(); });
  }
  function address() {
    var chosen = new URLSearchParams(new FormData(bar));
    chosen.delete("size");
    return frame.dataset.address + "?" + chosen;
  }
  function put(page) {
    var old = frame.contentDocument, root = old.documentElement;
    [...root.attributes].forEach(function (each) { root.removeAttribute(each.name); });
    [...page.documentElement.attributes].forEach(function (each) { root.setAttribute(each.name, each.value); });
    var scheme = old.querySelector('meta[name="color-scheme"]');
    scheme.content = page.querySelector('meta[name="color-scheme"]').content;
    dress(old, page).then(function () {
      old.body.replaceWith(old.importNode(page.body, true));
    });
  }
  // New sheets first, and the old ones go once the new ones are there.
  function dress(old, page) {
    var there = [...old.querySelectorAll('link[rel="stylesheet"]')], wanted = [...page.querySelectorAll('link[rel="stylesheet"]')];
    var kept = wanted.map(function (each) {
      return there.find(function (link) { return link.getAttribute("href") === each.getAttribute("href"); });
    });
    var loaded = wanted.map(function (each, at) {
      if (kept[at]) { old.head.append(kept[at]); return null; }
      var link = old.importNode(each);
      return new Promise(function (done) {
        link.addEventListener("load", done);
        link.addEventListener("error", done);
        old.head.append(link);
      });
    });
    return Promise.all(loaded).then(function () {
      there.forEach(function (link) { if (kept.indexOf(link) < 0) { link.remove(); } });
    });
  }
})();

(function () {
  "use strict";

  // A color can be picked as well as typed.
  document.querySelectorAll("[data-color-of]").forEach(function (picker) {
    var field = document.getElementById(picker.dataset.colorOf);
    picker.hidden = false;
    picker.addEventListener("input", function () {
      field.value = picker.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    field.addEventListener("input", function () {
      if (/^#[0-9a-f]{6}$/i.test(field.value)) { picker.value = field.value; }
    });
  });
})();
