"use strict";

/* Opens the folds around what a link leads to. New browsers do so by themselves; this is for those that do not, such as Firefox 128. */
(() => {
  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    let opened = false;
    for (let fold = target?.closest("details:not([open])"); fold; fold = target.closest("details:not([open])")) {
      fold.open = true;
      opened = true;
    }
    if (opened) target.scrollIntoView();
  };

  addEventListener("hashchange", unfold);
  unfold();
})();
