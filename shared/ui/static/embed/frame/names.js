/* What the addresses of the portal's pages mean: the event that sending a form is, the section a page belongs to, the
   ids an address names. Addresses here are those behind the portal's home. */
(function (frame) {
  "use strict";
  var S = "^/subscriptions/[^/]+/";

  /* Sending a form there is this action. Those with `asks` can be stopped by the page around. */
  var ACTIONS = [
    { path: S + "cancellation$", event: "cancel", asks: ["pre_cancel"] },
    { path: S + "uncancellation$", event: "undo_cancel" },
    { path: S + "offer$", event: "accept_offer" },
    { path: S + "change$", event: "change_plan", asks: ["pre_change_plan"] },
    { path: S + "quantity$", event: "change_quantity", asks: ["pre_change_quantity"] },
    { path: S + "unchange$", event: "undo_change" },
    { path: S + "coupon$", event: "apply_coupon" },
    { path: S + "coupon/removal$", event: "remove_coupon" },
    { path: S + "addons/", event: "change_addons" },
    { path: S + "pause$", event: "pause", asks: ["pre_pause"] },
    { path: S + "resumption$", event: "resume" },
    { path: S + "resubscription$", event: "resubscribe", asks: ["pre_resubscribe", "pre_subscribe"], also: "create_subscription" },
    { path: "^/payment-methods/", event: "update_payment_method" },
    { path: "^/payments/[^/]+/pay$", event: "pay_invoice" },
    { path: "^/balance/top-up$", event: "top_up" },
    { path: "^/payments/[^/]+/refund$", event: "request_refund", asks: ["pre_request_refund"] },
    { path: "^/details/(po-numbers)?$|^/details$", event: "update_details" },
    { path: "^/details/recipients", event: "update_recipients" },
    { path: "^/invoices/periods", event: "order_documents" },
    { path: "^/privacy/exports", event: "export_data" },
    { path: "^/privacy/erase$", event: "erase_data" },
    { path: "^/language$", event: "choose_language" },
    { path: "^/tickets/new$", event: "open_ticket" },
    { path: "^/tickets/[^/]+/messages$", event: "answer_ticket" },
    { path: "^/tickets/[^/]+/closing$", event: "close_ticket" }
  ];

  /* A section: the pages that belong to it, and where it begins; `of` where that is a page of one subscription. */
  var SECTIONS = {
    overview: { pages: "^/?$", begins: "" },
    plan: { pages: S + "(change|unchange)$", of: "/change" },
    quantity: { pages: S + "(quantity|unchange)$", of: "/quantity" },
    coupon: { pages: S + "coupon", of: "/coupon" },
    cancel: { pages: S + "(cancellation|uncancellation|offer)$", of: "/cancellation" },
    pause: { pages: S + "(pause|resumption)$", of: "/pause" },
    resubscribe: { pages: S + "resubscription$", of: "/resubscription" },
    payment_method: { pages: "^/(payment-methods|payments/[^/]+/pay)", begins: "/payment-methods" },
    invoices: { pages: "^/invoices", begins: "/invoices" },
    payments: { pages: "^/(payments|invoices)", begins: "/payments" },
    refund: { pages: "^/payments", begins: "/payments" },
    details: { pages: "^/(details|email)", begins: "/details" },
    products: { pages: "^/products", begins: "/products" },
    tickets: { pages: "^/tickets", begins: "/tickets" },
    activity: { pages: "^/activity", begins: "/activity" }
  };
  var PREFIXES = { sub: "subscription", pay: "payment", pm: "payment_method", tkt: "ticket", inv: "invoice", plan: "plan" };

  frame.actionAt = function (path) {
    return ACTIONS.find(function (each) { return new RegExp(each.path).test(path); }) || null;
  };

  frame.sectionOf = function (name) {
    return Object.prototype.hasOwnProperty.call(SECTIONS, name) ? SECTIONS[name] : null;
  };

  frame.belongs = function (section, path) { return new RegExp(section.pages).test(path); };

  /* In words, what a page of the portal is: `overview`, `invoices`, `subscriptions/cancellation`. */
  frame.kindOf = function (path) {
    return path.split("/").filter(function (part) { return part && !/^[a-z]+_[0-9a-z]{20,}$/.test(part); }).join("/") || "overview";
  };

  /* The ids that addresses and forms name, by what they are ids of. */
  frame.idsIn = function (texts) {
    var found = {};
    (texts.join(" ").match(/\b[a-z]+_[0-9a-z]{26}\b/g) || []).forEach(function (id) {
      var name = PREFIXES[id.split("_")[0]];
      if (name && !found[name]) { found[name] = id; }
    });
    return found;
  };
})(window.bursarFrame);
