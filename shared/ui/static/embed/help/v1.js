/* The help icon on a vendor's own pages: <script async src="…/embed/help/v1.js" data-helpdesk="pcfg_…"></script>, a portal
   of kind helpdesk, or a helpdesk's id: where it leads, and whether there is one, the vendor's configuration says. With
   data-external="https://…" it leads there. Without a helpdesk that is open there is no icon. */
(function () {
  "use strict";
  var script = document.currentScript, base = new URL(script.src).origin;
  var helpdesk = script.dataset.helpdesk, external = script.dataset.external;
  if (window.bursarHelp) { return; }
  window.bursarHelp = true;

  if (external) {
    if (/^https:\/\/[^/]/.test(external)) { show(external, script.dataset.label || "Help"); }
  } else if (helpdesk) {
    var asked = new URLSearchParams({ helpdesk: helpdesk, locale: script.dataset.locale || document.documentElement.lang || "en" });
    fetch(base + "/embed/help?" + asked, { credentials: "omit" }).then(function (answer) { return answer.json(); }).then(function (found) {
      if (found.url) { show(new URL(found.url, base).href, script.dataset.label || found.label); }
    }).catch(function () { /* no help to be reached: no icon */ });
  }

  function show(url, label) {
    if (!document.body) { document.addEventListener("DOMContentLoaded", function () { show(url, label); }); return; }
    var link = document.createElement("a"), style = link.style;
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener";
    link.title = label;
    link.setAttribute("aria-label", label);
    link.setAttribute("data-bursar-help", "");
    link.append(icon());
    Object.assign(style, {
      position: "fixed", insetBlockEnd: "20px", insetInlineEnd: "20px", zIndex: "2147483000", inlineSize: "52px", blockSize: "52px",
      display: "grid", placeItems: "center", borderRadius: "50%", background: script.dataset.color || "#0b7a5b", color: "#ffffff",
      boxShadow: "0 2px 12px rgb(16 24 32 / .3)"
    });
    document.body.append(link);
  }

  function icon() {
    var space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    var paths = ["M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z", "M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3", "M12 17h.01"];
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("width", "28");
    svg.setAttribute("height", "28");
    svg.setAttribute("fill", "none");
    svg.setAttribute("stroke", "currentColor");
    svg.setAttribute("stroke-width", "2");
    svg.setAttribute("stroke-linecap", "round");
    svg.setAttribute("aria-hidden", "true");
    paths.forEach(function (drawn) {
      var path = document.createElementNS(space, "path");
      path.setAttribute("d", drawn);
      svg.append(path);
    });
    return svg;
  }
})();
