"use strict";

/* Lets a passphrase be seen while it is chosen. Browsers write the content of an ordinary field to the disk, to restore a closed tab: so it
   is such a field for no longer than it is shown, without autocomplete meanwhile, and hidden again before it is sent. Either alone was found to
   leave the passphrase in Chromium's profile (docs/security.md, R76). */
(() => {
  const start = () => {
    for (const button of document.querySelectorAll("[data-show]")) {
      if (button.dataset.ready) continue;
      button.dataset.ready = "true";
      showing(button, document.getElementById(button.dataset.show));
    }
  };

  function showing(button, field) {
    const { autocomplete } = field;
    const show = (shown) => {
      field.autocomplete = shown ? "off" : autocomplete;
      field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.hidden = false;
    button.addEventListener("click", () => show(field.type === "password"));
    field.form.addEventListener("submit", () => show(false));
    addEventListener("pagehide", () => show(false));
  }

  start();
  document.addEventListener("swapped", start);
})();
