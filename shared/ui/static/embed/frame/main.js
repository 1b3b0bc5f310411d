/* The frame's life: ask the page around who is there, sign in, show the portal or a section of it, say how high it is. */
(function (frame) {
  "use strict";
  var root = document.documentElement, main = document.getElementById("main");
  var visit = {}, wish = { section: null, subscription: null }, returnTo = null, height = 0, due = null, isBegun = false;
  var UNSEEN = 100; // milliseconds

  frame.hasFocus = false;

  /* A part of the shell's own, in the page's language and with its texts. */
  frame.template = function (name) {
    var part = document.getElementById("t-" + name).content.firstElementChild.cloneNode(true);
    part.querySelectorAll("[data-t]").forEach(speak);
    return part;
  };

  /* Text only, and with the places that ours has, as the server asks of the texts on pages. */
  function speak(node) {
    var own = frame.isObject(visit.translations) ? frame.textOf(visit.translations, node.dataset.t, 2000) : null;
    if (own === null || !own.trim() || (own.match(/\{[a-z_]+\}/g) || []).join() !== ("count" in node.dataset ? "{count}" : node.dataset.put || "")) { return; }
    node.textContent = own.replace("{count}", node.dataset.count);
  }

  /* Nobody is signed in any more: the page around may have a fresh proof. */
  frame.again = function (path) {
    returnTo = path;
    frame.hello(true);
  };

  /* Signed out, by the customer or by the page around. */
  frame.leave = function (by) {
    frame.forget();
    frame.tell("sign_out", { reason: by });
    enter({});
  };

  /* How high what stands here is; one message a picture at most, none when nothing changed. Further down than people look
     no pictures are drawn, so there a moment is enough: the frame has its height before it is scrolled to. */
  frame.measure = function () {
    if (due !== null) { return; }
    due = setTimeout(tellHeight, UNSEEN);
    requestAnimationFrame(tellHeight);
  };

  function tellHeight() {
    clearTimeout(due);
    due = null;
    var bottom = main.getBoundingClientRect().bottom;
    document.querySelectorAll("details[open] > .menu-list").forEach(function (list) { bottom = Math.max(bottom, list.getBoundingClientRect().bottom + 8); });
    var now = Math.ceil(bottom + window.scrollY);
    if (now === height) { return; }
    height = now;
    frame.send("resize", { height: height });
    frame.tell("resize", { height: height });
  }

  frame.on("init", function (payload) {
    frame.isDebugging = payload.debug === true && frame.settings.debug === "true";
    frame.isListening = payload.listens === true;
    frame.log("options", { section: frame.textOf(payload, "section"), locale: frame.textOf(payload, "locale"), theme: frame.textOf(payload, "theme"), proof: frame.isObject(payload.identity) ? Object.keys(payload.identity) : [] });
    look(payload);
    wish = { section: frame.textOf(payload, "section", 40), subscription: frame.textOf(payload, "subscription", 40) };
    visit = visitOf(payload);
    (isBegun ? Promise.resolve(true) : frame.ask("pre_load", {})).then(function (isOk) {
      if (isOk) { return enter(frame.isObject(payload.identity) ? payload.identity : {}); }
      frame.put([frame.template("vetoed")]);
      return null;
    });
  });

  frame.on("open", function (payload) {
    wish = { section: frame.textOf(payload, "section", 40), subscription: frame.textOf(payload, "subscription", 40) };
    if (frame.isSignedIn()) { begin(null); }
  });

  frame.on("update", function (payload) {
    var before = frame.locale;
    look(payload);
    if (frame.textOf(payload, "section", 40)) { wish = { section: frame.textOf(payload, "section", 40), subscription: frame.textOf(payload, "subscription", 40) }; }
    if (frame.isSignedIn()) { if (frame.textOf(payload, "section", 40)) { begin(null); } else if (before !== frame.locale || "actions" in payload) { frame.show(frame.current()); } }
  });

  frame.on("logout", function () {
    if (!frame.isSignedIn()) { return; }
    frame.request(frame.settings.home + "/sign-out", { method: "POST" }).finally(function () { frame.leave("page"); });
  });

  function enter(identity) {
    return frame.enter(identity, visit).then(function (told) {
      frame.tell("sign_in", {});
      var path = returnTo;
      returnTo = null;
      return begin(path || told.start);
    }, function () { frame.put([frame.template("failed")]); });
  }

  /* The page that was asked for: where one is bound to go, else the section, else the first. */
  function begin(path) {
    var section = frame.restrict(wish.section);
    if (path && frame.inside(path)) { return shown(frame.show(path)); }
    if (!section) { return shown(frame.show(frame.settings.home || "/")); }
    if (!section.of) { return shown(frame.show(frame.settings.home + section.begins || "/")); }
    if (wish.subscription) { return shown(frame.show(frame.settings.home + "/subscriptions/" + encodeURIComponent(wish.subscription) + section.of)); }
    return shown(frame.show(frame.settings.home || "/").then(function (came) {
      var ways = Array.from(main.querySelectorAll('a[href$="' + section.of + '"]'), function (each) { return each.getAttribute("href"); });
      return ways.length === 1 ? frame.show(ways[0]) : came;
    }));
  }

  function shown(showing) {
    return showing.then(function (came) {
      if (!isBegun) { isBegun = true; frame.tell("post_load", { section: wish.section || "all", status: came ? came.status : 0 }); }
    });
  }

  function look(payload) {
    var theme = frame.textOf(payload, "theme", 10), locale = frame.textOf(payload, "locale", 20), actions = frame.textOf(payload, "actions", 10);
    if (["auto", "light", "dark"].indexOf(theme) >= 0) { root.dataset.theme = theme; }
    if (locale && JSON.parse(frame.settings.languages).indexOf(locale) >= 0) { frame.locale = locale; }
    if (["buttons", "dropdown"].indexOf(actions) >= 0) { frame.actions = actions; }
  }

  /* What the page wishes for this visit; texts of its own in the language that is shown. */
  function visitOf(payload) {
    var wished = { origin: frame.origin(), locale: frame.locale || root.lang, theme: root.dataset.theme };
    var own = frame.isObject(payload.translations) ? payload.translations[wished.locale] : null;
    var back = frame.textOf(payload, "returnUrl", 1000);
    if (frame.isObject(own)) { wished.translations = textsIn(own); }
    if (isOfPage(back)) { wished.return_url = back; }
    return wished;
  }

  function isOfPage(address) {
    try { return address !== null && new URL(address).origin === frame.origin(); } catch { return false; }
  }

  /* What may be a text under a key of ours; the rest is left out, and told under debug. */
  function textsIn(own) {
    var kept = {}, left = [];
    Object.keys(own).slice(0, 500).forEach(function (key) {
      if (/^[a-z0-9_]+(\.[a-z0-9_]+){1,8}$/.test(key) && frame.textOf(own, key, 2000) !== null) { kept[key] = own[key]; } else { left.push(key); }
    });
    if (left.length) { frame.log("ignored_texts", { keys: left.join(",") }); }
    return kept;
  }

  new ResizeObserver(frame.measure).observe(main);
  document.addEventListener("toggle", frame.measure, true);
  if (window.parent === window) { location.replace((frame.settings.home || "/")); } else { frame.hello(false); }
})(window.bursarFrame);
