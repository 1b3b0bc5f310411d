/* Steps that never happen inside a frame, entering a card and confirming to a bank: they open a window, and the frame asks
   what came of it. It asks our own server, never the window: that one may be closed, kept open, or on another device. */
(function (frame) {
  "use strict";
  var EVERY = 1500, LONGEST = 30 * 60 * 1000; // milliseconds between two questions, and until nobody asks any more
  var turn = 0;

  /* Open the step and wait for its end. Resolves to what the page then shown was, as `frame.show` does. */
  frame.follow = function (address, question) {
    var mine = ++turn, opened = window.open(address, "_blank", "noopener");
    void opened; // without an opener there is nothing to hold: the panel's own link is there if no window came
    var panel = frame.template("window"), link = panel.querySelector("a");
    link.href = address;
    panel.querySelector("[data-cancel]").addEventListener("click", function () { turn++; frame.show(frame.current()); });
    frame.put([panel]);
    return ask(mine, question, Date.now() + LONGEST);
  };

  function ask(mine, question, until) {
    return pause().then(function () {
      if (mine !== turn) { return null; }
      if (Date.now() > until) { return frame.show(frame.current()); }
      return frame.request(question).then(function (answer) {
        if (frame.isLost(answer)) { return frame.show(frame.current()); }
        return answer.ok ? answer.json() : { state: "open" };
      }, function () { return { state: "open" }; }).then(function (told) {
        if (!told || mine !== turn) { return told; }
        if (told.state === "open" || typeof told.next !== "string") { return ask(mine, question, until); }
        return frame.show(told.next).then(function (came) { return came && Object.assign(came, { led: true, state: told.state }); });
      });
    });
  }

  /* Asked at once when the person comes back to this window, which is when there is most likely an answer. */
  function pause() {
    return new Promise(function (settle) {
      var timer = setTimeout(done, EVERY);
      function done() { clearTimeout(timer); window.removeEventListener("focus", done); settle(); }
      window.addEventListener("focus", done);
    });
  }
})(window.bursarFrame);
