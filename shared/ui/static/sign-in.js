/* The page of a mailed link. Without this file the page says what to do instead.

   The token leaves the address bar at once, lives in this closure alone, and is sent for two things: to ask whose it
   is, which changes nothing, and to sign in, in the handler of a click that a person made. No form ever holds it, so
   a mail scanner that submits forms or calls click() gets nothing (event.isTrusted). */
(function () {
  "use strict";

  var card = document.getElementById("link");
  if (!card) { return; }
  var token = (/^#t=([A-Za-z0-9_-]{20,1000})$/.exec(location.hash) || [])[1] || "";
  history.replaceState(null, "", location.pathname);
  var waiting = card.querySelector("[data-waiting]"), csrf = card.dataset.csrf;
  waiting.hidden = false;

  send(card.dataset.describe).then(show).catch(function () {
    waiting.hidden = true;
    card.querySelector("[data-offline]").hidden = false;
  });

  function send(address) {
    return fetch(address, {
      method: "POST",
      credentials: "same-origin",
      redirect: "error",
      headers: { "HX-Request": "true" },
      body: new URLSearchParams({ csrf_token: csrf, token: token }),
    });
  }

  function show(answer) {
    return answer.text().then(function (text) {
      var page = new DOMParser().parseFromString(text, "text/html");
      card.replaceChildren.apply(card, (page.querySelector("main .card-body") || page.body).childNodes);
      var heading = card.querySelector("h1"), button = card.querySelector("button[data-use]");
      if (heading) { heading.tabIndex = -1; heading.focus(); }
      if (button) { button.addEventListener("click", use); }
      card.querySelectorAll("form").forEach(function (form) { form.addEventListener("submit", ask); });
    });
  }

  /* The form for a new mail. From a page that names no referrer a browser sends it as from nowhere, a script does not. */
  function ask(event) {
    var form = event.currentTarget;
    event.preventDefault();
    fetch(form.action, { method: "POST", credentials: "same-origin", body: new URLSearchParams(new FormData(form)) })
      .then(function (answer) { location.assign(answer.redirected ? answer.url : form.action); })
      .catch(function () { location.assign(form.action); });
  }

  function use(event) {
    if (!event.isTrusted) { return; }
    var button = event.currentTarget;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    send(button.dataset.use).then(function (answer) {
      var target = answer.headers.get("HX-Redirect");
      if (answer.ok && target) { location.replace(target); return null; }
      return show(answer);
    }).catch(function () {
      button.disabled = false;
      button.removeAttribute("aria-busy");
      card.querySelector("[data-failed]").hidden = false;
    });
  }
})();
