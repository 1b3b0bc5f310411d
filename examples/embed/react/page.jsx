import { createRoot } from "react-dom/client";
import { BillingPortal } from "./BillingPortal.jsx";

const settings = document.getElementById("billing").dataset;
const who = await (await fetch("/identity")).json();

createRoot(document.getElementById("billing")).render(
  <BillingPortal base={settings.base} widget={settings.widget} email={who.email} hash={who.hash} />,
);
