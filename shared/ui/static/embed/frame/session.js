/* Who is signed in to this frame: a token in this closure's memory, sent in a header. It is in no cookie, no storage and
   no address, so it works with every cookie blocked, two widgets keep apart, and a reload forgets it. */
(function (frame) {
  "use strict";
  var HEADER = "Bursar-Session", token = null;
  var doors = "/embed/" + encodeURIComponent(frame.settings.widget) + "/";

  frame.isSignedIn = function () { return token !== null; };
  frame.forget = function () { token = null; };

  /* Ask for a page of ours. `lost` is true on the answer where nobody is signed in any more. */
  frame.request = function (path, options) {
    var asked = Object.assign({ credentials: "omit", redirect: "manual", cache: "no-store", headers: {} }, options);
    if (token) { asked.headers[HEADER] = token; }
    return fetch(path, asked).then(function (answer) {
      var next = answer.headers.get(HEADER);
      if (next && token) { token = next; }
      if (answer.headers.get("Bursar-Ignored-Texts")) { frame.log("ignored_texts", { keys: answer.headers.get("Bursar-Ignored-Texts") }); }
      return answer;
    });
  };

  /* A redirect that may not be read is the way to the sign-in page: who is signed in is told in a header instead. */
  frame.isLost = function (answer) { return answer.type === "opaqueredirect" || answer.status === 401; };

  /* Prove who is there. Resolves to {ok} or {ok: false, code, debug}. */
  frame.signIn = function (proof, visit) {
    return send("session", Object.assign({}, proof, { visit: visit })).then(function (told) {
      if (told.status === 200 && typeof told.body.session === "string") {
        token = told.body.session;
        return { ok: true, start: frame.textOf(told.body, "start") };
      }
      return { ok: false, status: told.status, code: frame.textOf(told.body, "code") || "refused", debug: told.body.debug, left: told.body.left };
    });
  };

  /* Have a code mailed. The answer is the same for every address; the verifier it holds stays in this closure's caller. */
  frame.askForCode = function (email, visit) {
    return send("code", { email: email, visit: visit }).then(function (told) {
      return { ok: told.status === 202, status: told.status, window: frame.textOf(told.body, "window") };
    });
  };

  /* Whose mailed link came back to this page; null for a handle that opens nothing. */
  frame.returnedTo = function (handle) {
    return send("returned", { handle: handle }).then(function (told) {
      return told.status === 200 ? frame.textOf(told.body, "masked") : null;
    });
  };

  function send(door, body) {
    var headers = { "Content-Type": "application/json" };
    return fetch(doors + door, { method: "POST", credentials: "omit", redirect: "error", cache: "no-store", headers: headers, body: JSON.stringify(body) }).then(function (answer) {
      return answer.json().catch(function () { return {}; }).then(function (found) {
        return { status: answer.status, body: frame.isObject(found) ? found : {} };
      });
    });
  }
})(window.bursarFrame);
