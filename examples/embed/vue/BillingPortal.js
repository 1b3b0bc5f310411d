import { defineComponent, h, onBeforeUnmount, ref, watchEffect } from "vue";

// <BillingPortal base="https://billing.example" widget="pcfg_…" :email="who.email" :hash="who.hash" @told="hear" />
// `email` and `hash` come from your server, which signs who is signed in to your site.
export const BillingPortal = defineComponent({
  props: { base: String, widget: String, email: String, hash: String, section: String },
  emits: ["told"],
  setup(props, { emit }) {
    const box = ref(null);
    let handle = null;

    watchEffect(
      async (onCleanup) => {
        const { base, widget, email, hash, section } = props;
        let isGone = false;
        onCleanup(() => {
          isGone = true;
          handle?.destroy();
        });
        const Bursar = await loaded(base);
        if (isGone) return;
        handle = Bursar.init({
          widget, email, hash, section,
          container: box.value,
          handleResponse: (told) => emit("told", told),
        });
      },
      { flush: "post" },
    );
    onBeforeUnmount(() => handle?.destroy());
    return () => h("div", { ref: box });
  },
});

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
