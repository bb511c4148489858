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

  /* Paper has what is folded away too. New browsers see to it by themselves (print.css); this is for the others, such as Firefox 128. */
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
    opened = [];
  });
})();
