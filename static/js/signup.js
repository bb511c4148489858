"use strict";

/* Says which time zone it is, and takes another made-up name without losing what has been typed: without it, the link loads the page again. */
(() => {
  const start = () => {
    for (const form of document.querySelectorAll("[data-module=signup]")) {
      form.elements.time_zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    }
    for (const link of document.querySelectorAll("[data-another]")) {
      if (link.dataset.ready) continue;
      link.dataset.ready = "true";
      link.addEventListener("click", (event) => {
        event.preventDefault();
        offer(link, document.getElementById(link.dataset.another));
      });
    }
  };

  async function offer(link, field) {
    const answer = await fetch(link.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    field.value = page.getElementById(field.id).value;
    document.dispatchEvent(new CustomEvent("say", { detail: field.value }));
  }

  start();
  document.addEventListener("swapped", start);
})();
