import { useEffect, useRef } from "react";

// <BillingPortal base="https://billing.example" widget="pcfg_…" email={who.email} hash={who.hash} />
// `email` and `hash` come from your server, which signs who is signed in to your site.
export function BillingPortal({ base, widget, email, hash, section, onEvent }) {
  const box = useRef(null);
  const hear = useRef(onEvent);
  hear.current = onEvent;

  useEffect(() => {
    let handle = null;
    let isGone = false;
    loaded(base).then((Bursar) => {
      if (isGone) return;
      handle = Bursar.init({
        widget, email, hash, section,
        container: box.current,
        handleResponse: (told) => hear.current?.(told),
      });
    });
    return () => {
      isGone = true;
      handle?.destroy();
    };
  }, [base, widget, email, hash, section]);

  return <div ref={box} />;
}

// The loader, once a page, however many portals are on it.
let loading = null;

function loaded(base) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${base}/embed/v1.js`;
    script.onload = () => resolve(window.Bursar);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}
