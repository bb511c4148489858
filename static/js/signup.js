"use strict";

/* Says which time zone it is. */
(() => {
  for (const form of document.querySelectorAll("[data-module=signup]")) {
    form.elements.time_zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  }
})();
