/* Getting in: with what the page around proves, else by an address and the code that is mailed to it, or by an order's
   number. The mailed link is never confirmed in here; it leads to a page of the portal's own. */
(function (frame) {
  "use strict";
  var PROOFS = [["handle"], ["token"], ["hash", "email"], ["hash", "customerId"], ["hash"], ["email"], ["customerId"]];
  var methods = JSON.parse(frame.settings.methods);

  /* Try what the page offered, then show what is left. Resolves to {start} once somebody is signed in. */
  frame.enter = function (identity, visit) {
    var proof = proofIn(identity);
    if (!proof) { return byHand(visit, null); }
    if (proof.handle) { return back(proof, visit); }
    return frame.signIn(proof, visit).then(function (told) {
      if (told.ok) { return told; }
      frame.log("refused", { code: told.code, status: told.status, reason: told.debug || "" });
      frame.send("error", { code: told.code });
      frame.tell("error", { code: told.code });
      return byHand(visit, proof.hash ? "refused" : null);
    });
  };

  /* A mailed link came back. Anybody can lead a browser here with a link of their own, so a person says that it is them. */
  function back(proof, visit) {
    return frame.returnedTo(proof.handle).then(function (masked) {
      if (!masked) { return byHand(visit, "expired"); }
      return new Promise(function (settle) {
        var card = frame.template("returned"), button = card.querySelector("[data-continue]");
        card.querySelectorAll("[data-put]").forEach(function (node) { node.textContent = node.textContent.replace(node.dataset.put, masked); });
        card.querySelector("[data-other]").addEventListener("click", function () { settle(byHand(visit, null)); });
        button.addEventListener("click", function (event) {
          if (!event.isTrusted) { return; }
          button.setAttribute("aria-busy", "true");
          settle(frame.signIn(proof, visit).then(function (told) { return told.ok ? told : byHand(visit, "expired"); }));
        });
        frame.put([card]);
      });
    });
  }

  function proofIn(identity) {
    var names = PROOFS.find(function (each) { return each.every(function (name) { return frame.textOf(identity, name) !== null; }); });
    if (!names) { return null; }
    var proof = {};
    names.forEach(function (name) { proof[name] = identity[name]; });
    return proof;
  }

  /* The ways in that need no word of the page's: a mailed code, else an order number, else what to do instead. */
  function byHand(visit, trouble) {
    var ask = methods.indexOf("email") >= 0 ? askForAddress : methods.indexOf("order_number") >= 0 ? askForOrder : null;
    if (!ask) {
      frame.put([frame.template("closed")]);
      return new Promise(function () {});
    }
    return new Promise(function (settle) { ask(visit, trouble, settle); });
  }

  function askForAddress(visit, trouble, settle) {
    var card = frame.template("address"), form = card.querySelector("form");
    say(card, trouble);
    offer(card, "[data-order]", function () { askForOrder(visit, null, settle); });
    frame.put([card]);
    onSubmit(form, function (fields) {
      var email = fields.get("email").trim();
      return frame.askForCode(email, visit).then(function (told) {
        if (!told.ok || !told.window) { say(card, told.status === 429 ? "many" : "failed"); return; }
        askForDigits(visit, { email: email, window: told.window }, settle);
      });
    });
  }

  function askForDigits(visit, asked, settle) {
    var card = frame.template("code"), form = card.querySelector("form");
    card.querySelectorAll("[data-masked]").forEach(function (node) { node.textContent = masked(asked.email); });
    offer(card, "[data-other]", function () { askForAddress(visit, null, settle); });
    frame.put([card]);
    onSubmit(form, function (fields) {
      var code = fields.get("code").replace(/[\s-]/g, "");
      return frame.signIn({ window: asked.window, code: code }, visit).then(function (told) {
        if (told.ok) { settle(told); return; }
        if (told.code === "code_over") { askForAddress(visit, "expired", settle); return; }
        form.reset();
        say(card, told.status === 429 ? "many" : told.code === "codes_off" ? "off" : "wrong");
      });
    });
  }

  /* The answer for a wrong pair is one, whatever was wrong with it. */
  function askForOrder(visit, trouble, settle) {
    var card = frame.template("order"), form = card.querySelector("form");
    say(card, trouble);
    offer(card, "[data-other]", function () { askForAddress(visit, null, settle); });
    frame.put([card]);
    onSubmit(form, function (fields) {
      var typed = { order_number: fields.get("order_number").trim(), email: fields.get("email").trim() };
      return frame.signIn(typed, visit).then(function (told) {
        if (told.ok) { settle(told); return; }
        say(card, told.status === 429 ? "many" : told.status === 401 ? "wrong" : "failed");
      });
    });
  }

  /* Another way in, where the card offers one. */
  function offer(card, where, act) {
    var button = card.querySelector(where);
    if (button) { button.addEventListener("click", function () { frame.hasFocus = true; act(); }); }
  }

  function onSubmit(form, act) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      frame.hasFocus = true;
      var button = form.querySelector("button");
      button.setAttribute("aria-busy", "true");
      act(new FormData(form)).catch(function () { say(form.closest("[data-card]"), "failed"); }).finally(function () {
        document.dispatchEvent(new CustomEvent("bursar:shown"));
        frame.measure();
      });
    });
  }

  /* One of the card's own sentences, or none. */
  function say(card, name) {
    card.querySelectorAll("[data-trouble]").forEach(function (node) { node.hidden = node.dataset.trouble !== name; });
  }

  function masked(email) { return email.replace(/^(.).*(?=@)/, "$1•••"); }
})(window.bursarFrame);
