"use strict";

/* A button that prints the page. Without scripts there is none: the browser's own does. */
(() => {
  const start = () => {
    for (const button of document.querySelectorAll("[data-module=print]")) {
      if (button.dataset.ready) continue;
      button.dataset.ready = "true";
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
  };
  start();
  document.addEventListener("swapped", start);
})();
