import { createApp, h } from "vue";
import { BillingPortal } from "./BillingPortal.js";

const settings = document.getElementById("billing").dataset;
const who = await (await fetch("/identity")).json();

createApp({
  render: () => h(BillingPortal, { base: settings.base, widget: settings.widget, email: who.email, hash: who.hash }),
}).mount("#billing");
