"use strict";

/* Lets a passphrase be seen while it is chosen. */
(() => {
  for (const button of document.querySelectorAll("[data-show]")) {
    if (button.dataset.ready) continue;
    button.dataset.ready = "true";
    const field = document.getElementById(button.dataset.show);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
    });
  }
})();
