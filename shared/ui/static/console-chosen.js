/* How many rows of a list are chosen, and all of them at once. Without this file the same form does it, uncounted. */
(function () {
  "use strict";

  var form = document.getElementById("chosen");
  if (!form) { return; }
  var all = form.querySelector("[data-all]"), told = form.querySelector("[data-text]");
  var boxes = [...document.querySelectorAll('input[form="chosen"]')];

  all.addEventListener("change", function () {
    boxes.forEach(function (box) { box.checked = all.checked; });
    count();
  });
  boxes.forEach(function (box) { box.addEventListener("change", count); });
  addEventListener("pageshow", count);  // the browser's back button brings the ticks along
  count();

  function count() {
    var ticked = boxes.filter(function (box) { return box.checked; }).length;
    told.textContent = ticked ? told.dataset.text.replace("{number}", ticked) : "";
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }
}());
