/* The portal's own pages inside the frame: asked for with the session in a header, their main part shown here. Links and
   forms do what they do on the page, but for three things: what leads out of the portal opens a window, a document is
   saved, and a step at the processor or the bank happens in a window of its own while the frame asks what came of it. */
(function (frame) {
  "use strict";
  var PAYMENT = { succeeded: "done", open: "declined", voided: "declined", action_required: "open" };
  var home = frame.settings.home, main = document.getElementById("main");
  var current = "", only = null, asked = 0;

  frame.current = function () { return current; };
  frame.inside = inside;
  frame.show = show;
  frame.put = put;

  /* One section alone, or the whole portal (null). */
  frame.restrict = function (name) {
    only = name ? frame.sectionOf(name) : null;
    if (name && !only) { frame.log("unknown_section", { section: name }); }
    document.body.classList.toggle("single", only !== null);
    return only;
  };

  /* Show a page; `options` as for a request. Resolves once it stands there, to what it was. */
  function show(address, options) {
    var turn = ++asked, path = whole(address);
    main.setAttribute("aria-busy", "true");
    return frame.request(localized(path), options).then(function (answer) {
      if (turn !== asked) { return null; }
      var next = answer.headers.get("Bursar-Location"), out = answer.headers.get("Bursar-Window");
      if (frame.isLost(answer)) { return lost(path); }
      if (out) { return frame.follow(out, answer.headers.get("Bursar-Follow")); }
      if (next) { return go(next).then(function (came) { return came && Object.assign(came, { led: true }); }); }
      if (isDocument(answer)) { return save(answer); }
      return answer.text().then(function (text) { swap(text, answer, path); return { status: answer.status, path: rest(path) }; });
    }).catch(function (error) {
      frame.log("unreachable", { path: frame.kindOf(rest(path)), reason: String(error && error.name) });
      failed();
      return null;
    }).finally(function () { if (turn === asked) { main.removeAttribute("aria-busy"); wake(); } });
  }

  function go(address) {
    if (inside(address)) { return show(address); }
    window.open(address, "_blank", "noopener,noreferrer");
    return Promise.resolve({ status: 200, path: null });
  }

  /* Nobody is signed in any more: ask the page around for a fresh proof, then come back here. */
  function lost(path) {
    frame.forget();
    frame.tell("sign_out", { reason: "expired" });
    frame.again(path);
    return null;
  }

  function swap(text, answer, path) {
    var page = new DOMParser().parseFromString(text, "text/html"), found = page.getElementById("main");
    if (!found) { failed(); return; }
    current = path;
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang || document.documentElement.lang;
    document.documentElement.dir = page.documentElement.dir || "ltr";
    ["wide", "middle", "narrow"].forEach(function (width) { document.body.classList.toggle(width, page.body.classList.contains(width)); });
    document.getElementById("strip").replaceChildren.apply(document.getElementById("strip"), adopted(page.querySelectorAll("header .strip")));
    put(adopted(found.childNodes), page.documentElement.classList.contains("own-rules"));
    if (only) { narrow(rest(path)); }
    frame.tell("navigate", Object.assign({ to: frame.kindOf(rest(path)), status: answer.status }, frame.idsIn([path])));
  }

  /* What stands in the frame from now on. The vendor's own rules count on pages that wear them, never on ours. */
  function put(nodes, isStyled) {
    document.documentElement.classList.toggle("own-rules", isStyled === true);
    main.replaceChildren.apply(main, Array.from(nodes));
    document.dispatchEvent(new CustomEvent("bursar:shown"));
    frame.guard(main);
    var heading = main.querySelector("h1");
    if (heading && frame.hasFocus) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
    if (frame.hasFocus) { frame.send("reveal"); }
    frame.send("ready");
    frame.measure();
  }

  function adopted(nodes) {
    return Array.from(nodes, function (node) { return document.importNode(node, true); });
  }

  /* Of a single section: what leads elsewhere goes, what leads back leads to where the section begins. */
  function narrow(path) {
    var page = path.split("?")[0].replace(/\/$/, "");
    main.querySelectorAll(".crumb, .who, nav").forEach(function (part) { part.remove(); });
    if (page !== "" && !frame.belongs(only, page)) { return; } // where an action led: a code to type, a ticket
    if (page === "" && only !== frame.sectionOf("overview")) {
      main.querySelectorAll("[data-subscription]").forEach(function (card) {
        card.toggleAttribute("data-kept", Array.from(card.querySelectorAll("a[href], form[action]")).some(belongs));
      });
      Array.from(main.children).forEach(function (part) {
        var heading = part.matches("h1") ? part : part.querySelector("h1");
        if (part.id === "flash" || part.querySelector("[data-kept]") || part.matches("[data-kept]")) { return; }
        if (heading) { heading.classList.add("visually-hidden"); part.replaceWith(heading); } else { part.remove(); } // read aloud all the same
      });
      main.querySelectorAll("[data-subscription]:not([data-kept])").forEach(function (card) { card.remove(); });
    }
    main.querySelectorAll("a[href], form[action]").forEach(function (part) {
      var target = part.getAttribute("href") || part.getAttribute("action");
      if (belongs(part) || !inside(target)) { return; }
      if (part.matches("a.btn") && rest(whole(target)) === "" && only.begins !== "") { part.setAttribute("href", entry()); }
      else if (part.closest("h1, h2, h3")) { part.replaceWith.apply(part, part.childNodes); } // a name stays a name
      else { part.remove(); }
    });
  }

  function belongs(part) {
    var target = part.getAttribute("href") || part.getAttribute("action");
    return inside(target) && frame.belongs(only, rest(whole(target)).split(/[?#]/)[0]);
  }

  /* Where the section that is shown begins: of the same subscription, where it is one's. */
  function entry() {
    var subscription = (/\/subscriptions\/[^/?]+/.exec(current) || [""])[0];
    return home + (only.of ? (subscription ? subscription + only.of : "") : only.begins) || "/";
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || !main.contains(link)) { return; }
    var target = link.getAttribute("href");
    if (target[0] === "#") { return; }
    event.preventDefault();
    frame.hasFocus = true;
    frame.tell("click", Object.assign({ on: inside(target) ? frame.kindOf(rest(whole(target)).split(/[?#]/)[0]) : "link" }, frame.idsIn([target])));
    if (link.dataset.follow) { frame.follow(target, link.dataset.follow); } else if (inside(target)) { show(target); } else { window.open(new URL(target, location.origin + current).href, "_blank", "noopener,noreferrer"); }
  });

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || !main.contains(form) || form.hasAttribute("data-own")) { return; }
    event.preventDefault();
    frame.hasFocus = true;
    var fields = new URLSearchParams(new FormData(form, event.submitter));
    var path = whole(form.getAttribute("action") || current);
    if (form.method !== "post") { wake(); choose(path, fields); return; }
    if (!frame.isAwake(form)) { wake(); note("asleep", form); return; }
    send(form, path, fields);
  });

  function choose(path, fields) {
    if (fields.has("plan")) { frame.tell("select_plan", frame.idsIn([path, fields.get("plan")])); }
    show(path.split("?")[0] + "?" + fields);
  }

  /* Send a form: first the page around may say no, afterwards it hears what came of it. */
  function send(form, path, fields) {
    var at = rest(path).split("?")[0], action = frame.actionAt(at);
    if (at === "/sign-out") { frame.request(path, { method: "POST" }).finally(function () { frame.leave("customer"); }); return; }
    var about = frame.idsIn([path, fields.get("subscription") || "", fields.get("plan") || "", fields.get("payment_method") || ""]);
    frame.tell("click", Object.assign({ on: frame.kindOf(at) }, about));
    ((action && action.asks) || []).reduce(function (before, event) {
      return before.then(function (isOk) { return isOk && frame.ask(event, about); });
    }, Promise.resolve(true)).then(function (isOk) {
      if (!isOk) { wake(); note("vetoed", form); return null; }
      return show(path, { method: "POST", body: fields }).then(function (came) { if (action) { report(action, about, came); } });
    });
  }

  /* A form that was taken leads to another page; one that was not is shown again, with the reason or with an offer. */
  function report(action, about, came) {
    if (!came || came.status >= 400) { frame.tell("error", Object.assign({ action: action.event, status: came ? came.status : 0 }, about)); return; }
    if (!came.led) { return; }
    var response = Object.assign({ state: stateOf(action, came) }, about, frame.idsIn([came.path || ""]));
    frame.tell(action.event, response);
    if (action.also) { frame.tell(action.also, response); }
  }

  /* What came of it, in a word: done, requested (somebody has to agree), declined, unknown, open. */
  function stateOf(action, came) {
    var path = came.path || "", payment = main.querySelector("section[data-status]");
    if (/^\/tickets\//.test(path) && !/ticket/.test(action.event)) { return "requested"; }
    if (/\/pay$/.test(path) && payment) { return PAYMENT[payment.dataset.status] || "unknown"; }
    return came.state || (/[?&]done=unknown/.test(path) ? "unknown" : /[?&]failed/.test(path) ? "open" : "done");
  }

  /* A sentence of the frame's own: under the button that it is about, so that this one stays where it is, or on top. */
  function note(name, form) {
    var said = frame.template(name), row = form && form.querySelector(".buttons");
    main.querySelectorAll(".frame-note").forEach(function (old) { old.remove(); });
    if (row) { row.after(said); } else { (document.getElementById("flash") || main).prepend(said); }
    frame.measure();
    if (!row) { frame.send("reveal"); }
  }
  frame.note = note;

  function failed() {
    if (current) { note("failed"); } else { put([frame.template("failed")]); }
  }

  function isDocument(answer) { return /^attachment/.test(answer.headers.get("Content-Disposition") || ""); }

  /* A document came with the session in a header, which a link could not send: it is saved from memory. */
  function save(answer) {
    var name = (/filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition")) || [])[1] || "document";
    return answer.blob().then(function (blob) {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.setAttribute("data-own", "");
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
      return { status: 200, path: null };
    });
  }

  function whole(address) {
    var url = new URL(address, location.origin + (current || home || "/"));
    return url.pathname + url.search;
  }

  /* What of an address lies behind the portal's home. */
  function rest(path) { return path.slice(home.length).replace(/^\/(?=\?|$)/, ""); }

  function inside(address) {
    var url = new URL(address, location.origin + (current || home || "/"));
    if (url.origin !== location.origin || /^\/(sandbox|embed|static|v1|console|mailbox)(\/|$)/.test(url.pathname)) { return false; }
    return url.pathname === home || url.pathname.indexOf(home + "/") === 0;
  }

  /* The language and the layout of actions that the page around chose go along with each question. */
  function localized(path) {
    var url = new URL(path, location.origin);
    if (frame.locale) { url.searchParams.set("locale", frame.locale); }
    if (frame.actions) { url.searchParams.set("actions", frame.actions); }
    return url.pathname + url.search;
  }

  function wake() { document.dispatchEvent(new CustomEvent("bursar:shown")); }
})(window.bursarFrame);
