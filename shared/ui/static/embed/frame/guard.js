/* A button that confirms something works after it was seen, whole and uncovered, for a while, and not under a pointer
   that the frame has just been moved to: so that a page around can't have people press what they do not see. Where the
   browser can tell, nothing may lie over the button and nothing may make it fade (`isVisible`). */
(function (frame) {
  "use strict";
  var AWAKE = 800, STILL = 500, WHOLE = 0.99; // milliseconds in sight; milliseconds at one place; share that is seen
  var canTell = "IntersectionObserverEntry" in window && "isVisible" in IntersectionObserverEntry.prototype;
  var since = new WeakMap(), place = null, placedAt = 0;

  var observer = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      var isSeen = entry.intersectionRatio >= WHOLE && (!canTell || entry.isVisible);
      if (!isSeen) { since.delete(entry.target); } else if (!since.has(entry.target)) { since.set(entry.target, performance.now()); }
      show(entry.target, isSeen);
    });
  }, canTell ? { threshold: [0, WHOLE, 1], trackVisibility: true, delay: 100 } : { threshold: [0, WHOLE, 1] });

  /* Watch the forms that carry a confirmation. */
  frame.guard = function (root) {
    observer.disconnect();
    root.querySelectorAll("form").forEach(function (form) {
      var row = rowOf(form);
      if (row) { observer.observe(row); }
    });
  };

  /* Whether this form may be sent by what was just done. */
  frame.isAwake = function (form) {
    var row = rowOf(form);
    if (!row) { return true; }
    var seen = since.get(row);
    return seen !== undefined && performance.now() - seen >= AWAKE && (place === null || performance.now() - placedAt >= STILL);
  };

  /* Where the frame is on the screen shows in each move of the mouse; touch has none, keys neither. */
  ["pointermove", "pointerdown"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (event.pointerType !== "mouse") { place = null; return; }
      var here = Math.round(event.screenX - event.clientX) + " " + Math.round(event.screenY - event.clientY);
      if (here !== place) { place = here; placedAt = performance.now(); }
    }, { capture: true, passive: true });
  });
  document.addEventListener("keydown", function () { place = null; }, true);

  function rowOf(form) {
    return form.querySelector('input[name="confirmation"]') ? form.querySelector(".buttons") || form : null;
  }

  function show(row, isSeen) {
    clearTimeout(row.waking);
    row.classList.toggle("asleep", true);
    if (isSeen) { row.waking = setTimeout(function () { row.classList.remove("asleep"); }, AWAKE); }
  }
})(window.bursarFrame);
