/* The embed's loader: puts a portal into a frame on a vendor's page, tells it who is there, and lets it grow.
   One global, Bursar. Loaded twice, the second does nothing. What it sends goes to the portal's exact origin alone, and
   who somebody is goes by message, never by address. The texts below stand here, not in a catalog, because they are
   shown when nothing of ours can be reached. */
(function () {
  "use strict";
  var earlier = window.Bursar;
  if (earlier && earlier.init) { return; }

  var SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads";
  var LINK = { en: "Open the billing portal", de: "Zum Abrechnungsportal" };
  var PATIENCE = 8000; // milliseconds until the link to the hosted portal shows
  var IDENTITY = ["email", "customerId", "hash", "token"];
  var LOOKS = ["section", "subscription", "locale", "theme", "actions", "returnUrl"];
  var DATA = IDENTITY.concat(LOOKS, ["minHeight", "maxHeight", "debug"]);
  var base = new URL(document.currentScript.src).origin;
  var handle = handed();

  /* A mail's link comes back to this page with a handle in the fragment: taken at once, out of the address bar. */
  function handed() {
    var found = /^#bursar=([\w-]{20,200})$/.exec(location.hash);
    if (found) { history.replaceState(history.state, "", location.pathname + location.search); }
    return found ? found[1] : null;
  }

  function Widget(host, options) {
    var frame = null, timer = null, link = null, isReady = false, widget = this;

    var acts = {
      hello: function (payload) {
        identity(options, payload.again === true).then(function (who) {
          var told = { nonce: payload.nonce, debug: !!options.debug, listens: !!options.handleResponse, again: payload.again === true };
          LOOKS.forEach(function (name) { if (options[name] !== undefined) { told[name] = options[name]; } });
          return texts(options.translations).then(function (found) {
            told.translations = found;
            told.identity = who;
            send("init", told);
          });
        }).catch(function (error) { fail({ code: "identity_missing", message: String(error && error.message || error) }); });
      },
      ready: function () {
        clearTimeout(timer);
        if (link) { link.remove(); }
        if (isReady) { return; }
        isReady = true;
        call(options.onReady, widget);
      },
      event: function (payload, id) {
        var verdict;
        try {
          verdict = options.handleResponse && options.handleResponse({ event: payload.event, response: payload.response });
        } catch (error) {
          verdict = false;
          if (!payload.asks) { setTimeout(function () { throw error; }); }
        }
        if (!payload.asks) { return; }
        Promise.resolve(verdict).then(
          function (said) { send("answer", { ok: said !== false }, id); },
          function () { send("answer", { ok: false }, id); }
        );
      },
      resize: function (payload) { grow(payload.height); },
      reveal: function () {
        if (frame.getBoundingClientRect().top < 0) { frame.scrollIntoView({ block: "start" }); }
      },
      error: function (payload) { fail(payload); },
      log: function (payload) {
        if (options.debug && window.console) { console.log("[Bursar]", payload.what, payload.about); }
      }
    };

    function hear(event) {
      var data = event.data;
      if (!frame || event.source !== frame.contentWindow || event.origin !== base) { return; }
      if (!data || data.bursar !== 1 || !Object.prototype.hasOwnProperty.call(acts, data.type)) { return; }
      acts[data.type](data.payload || {}, data.id);
    }

    function send(type, payload, id) {
      if (frame && frame.contentWindow) {
        frame.contentWindow.postMessage({ bursar: 1, id: id || type, type: type, payload: payload || {} }, base);
      }
    }

    function grow(height) {
      if (typeof height !== "number" || !isFinite(height)) { return; }
      frame.style.height = Math.min(Math.max(height, +options.minHeight || 0), +options.maxHeight || 1e5) + "px";
    }

    function fail(error) {
      clearTimeout(timer);
      call(options.onError, error);
    }

    function give() {
      var language = options.locale || document.documentElement.lang || "en";
      link = document.createElement("a");
      link.href = address(options);
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = LINK[language.slice(0, 2)] || LINK.en;
      host.appendChild(link);
      fail({ code: "frame_blocked" });
    }

    function begin() {
      frame = document.createElement("iframe");
      frame.title = options.title || LINK[(options.locale || "en").slice(0, 2)] || LINK.en;
      frame.setAttribute("sandbox", SANDBOX);
      frame.setAttribute("allow", "");
      frame.style.display = "block";
      frame.style.width = "100%";
      frame.style.border = "0";
      frame.style.colorScheme = "normal";
      frame.style.height = (+options.minHeight || 320) + "px";
      window.addEventListener("message", hear);
      frame.src = address(options);
      host.textContent = "";
      host.appendChild(frame);
      timer = setTimeout(give, PATIENCE);
    }

    this.open = function (section, subscription) { send("open", { section: section, subscription: subscription }); };
    this.update = function (changed) {
      Object.assign(options, changed);
      var told = {};
      LOOKS.forEach(function (name) { if (name in changed) { told[name] = changed[name]; } });
      send("update", told);
    };
    this.logout = function () { send("logout"); };
    this.destroy = function () {
      clearTimeout(timer);
      window.removeEventListener("message", hear);
      host.textContent = "";
      frame = host.bursar = null;
    };
    begin();
  }

  /* Language and looks may be known by the address; who somebody is may not. */
  function address(options) {
    var query = new URLSearchParams();
    if (options.locale) { query.set("locale", options.locale); }
    if (options.theme) { query.set("theme", options.theme); }
    var asked = query.toString();
    return base + "/embed/" + encodeURIComponent(options.widget) + (asked ? "?" + asked : "");
  }

  /* Each part may be a function, which is asked anew whenever the frame must sign in again: what works once does not do. */
  function identity(options, again) {
    var names = IDENTITY.filter(function (name) { return options[name] !== undefined && options[name] !== null; });
    return Promise.all(names.map(function (name) {
      return typeof options[name] === "function" ? options[name]() : options[name];
    })).then(function (values) {
      var who = {};
      names.forEach(function (name, at) { who[name] = values[at]; });
      if (handle && !again) { who.handle = handle; }
      return who;
    });
  }

  /* Own texts: an object, or the address of a file that holds one. */
  function texts(given) {
    if (typeof given !== "string") { return Promise.resolve(given || null); }
    return fetch(given, { credentials: "omit" }).then(function (answer) { return answer.json(); });
  }

  function call(callback, value) {
    if (typeof callback === "function") { callback(value); }
  }

  function init(options) {
    var given = options || {}, where = given.container || "#bursar";
    var host = typeof where === "string" ? document.querySelector(where) : where;
    if (!host || !given.widget) {
      call(given.onError, { code: host ? "widget_missing" : "container_missing" });
      return null;
    }
    if (host.bursar) { host.bursar.destroy(); }
    host.bursar = new Widget(host, Object.assign({}, given));
    return host.bursar;
  }

  function Bursar(command, options) { return command === "init" ? init(options) : null; }
  Bursar.init = init;
  Bursar.version = 1;
  window.Bursar = Bursar;

  /* Pages without code: <div data-bursar="pcfg_…" data-email="…" data-hash="…"></div> */
  function scan() {
    document.querySelectorAll("[data-bursar]").forEach(function (host) {
      if (host.bursar) { return; }
      var options = { widget: host.dataset.bursar, container: host };
      DATA.forEach(function (name) { if (name in host.dataset) { options[name] = host.dataset[name]; } });
      if (options.debug === "false") { options.debug = false; }
      init(options);
    });
  }

  ((earlier && earlier.q) || []).forEach(function (call) { Bursar.apply(null, call); });
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", scan); } else { scan(); }
})();
