/* What a frame and the page around it say to each other: {bursar: 1, id, type, payload}. Heard from the parent window
   alone, from an origin that this widget lists, once it has answered our nonce; anything else has no effect. Told to
   that one origin, and only event names, ids and states. */
(function (frame) {
  "use strict";
  var LONGEST = 4096, PATIENCE = 10000; // characters of a value; milliseconds until a page that says nothing has agreed
  var settings = document.body.dataset, origins = JSON.parse(settings.origins);
  var page = null, nonce = null, waiting = new Map(), acts = {};

  frame.settings = settings;
  frame.mayTell = settings.events === "true";
  frame.isDebugging = false;

  /* Ask the page who is there. Its origin is not known yet: each that is listed hears it, and the browser drops the rest. */
  frame.hello = function (again) {
    nonce = frame.random();
    likely().forEach(function (origin) { post({ type: "hello", payload: { nonce: nonce, again: !!again } }, origin); });
  };

  frame.send = function (type, payload, id) {
    if (page) { post({ type: type, id: id, payload: payload || {} }, page); }
  };

  /* Tell what happened: to the page's own function, where the portal has events on. */
  frame.tell = function (event, response) {
    if (frame.mayTell) { frame.send("event", { event: event, response: response || {} }); }
    frame.log(event, response);
  };

  /* Ask whether something may happen. A courtesy: what is allowed, the server decides. */
  frame.ask = function (event, response) {
    if (!frame.mayTell || !frame.isListening || !page) { return Promise.resolve(true); }
    var id = frame.random();
    frame.log(event, response);
    return new Promise(function (settle) {
      var timer = setTimeout(function () { waiting.delete(id); settle(true); }, PATIENCE);
      waiting.set(id, function (isOk) { clearTimeout(timer); waiting.delete(id); settle(isOk); });
      frame.send("event", { event: event, asks: true, response: response || {} }, id);
    });
  };

  frame.log = function (what, about) {
    if (frame.isDebugging) { frame.send("log", { what: String(what), about: about || {} }); }
  };

  frame.on = function (type, act) { acts[type] = act; };
  frame.origin = function () { return page; };
  frame.random = function () {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
  };

  /* A text of at most some length, or nothing. Read by name, so what else an object holds does not matter. */
  frame.textOf = function (given, name, longest) {
    var value = isObject(given) && Object.prototype.hasOwnProperty.call(given, name) ? given[name] : undefined;
    return typeof value === "string" && value.length <= (longest || LONGEST) ? value : null;
  };
  frame.isObject = isObject;

  acts.answer = function (payload, id) {
    var settle = waiting.get(id);
    if (settle && typeof payload.ok === "boolean") { settle(payload.ok); }
  };

  window.addEventListener("message", function (event) {
    if (event.source !== window.parent || event.source === window || origins.indexOf(event.origin) < 0) { return; }
    var data = event.data;
    if (!isObject(data) || data.bursar !== 1 || typeof data.type !== "string" || !isObject(data.payload)) { return; }
    if (typeof data.id !== "string" || data.id.length > 64 || !Object.prototype.hasOwnProperty.call(acts, data.type)) { return; }
    if (data.type === "init") {
      if (!nonce || data.payload.nonce !== nonce) { return; }
      nonce = null;
      page = event.origin;
    } else if (event.origin !== page) {
      return;
    }
    acts[data.type](data.payload, data.id);
  });

  function post(message, origin) {
    window.parent.postMessage({ bursar: 1, id: message.id || message.type, type: message.type, payload: message.payload }, origin);
  }

  function likely() {
    var known = location.ancestorOrigins ? location.ancestorOrigins[0] : null;
    return origins.indexOf(known) < 0 ? origins : [known];
  }

  function isObject(value) { return typeof value === "object" && value !== null && !Array.isArray(value); }
})(window.bursarFrame = {});
