"use strict";

/* Says which time zone it is, and lets the passphrase be seen. */
(() => {
  for (const form of document.querySelectorAll("[data-module=signup]")) {
    if (form.dataset.ready) continue;
    form.dataset.ready = "true";
    form.elements.time_zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    for (const button of form.querySelectorAll("[data-show]")) {
      const field = document.getElementById(button.dataset.show);
      button.hidden = false;
      button.addEventListener("click", () => {
        const shown = field.type === "text";
        field.type = shown ? "password" : "text";
        button.setAttribute("aria-pressed", String(!shown));
      });
    }
  }
})();
