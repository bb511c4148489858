"use strict";

/* How much of a file has been sent, as the browser counts it. Without scripts the browser shows it in its own way. */
document.addEventListener("htmx:xhr:progress", (event) => {
  const shown = event.target.querySelector("[data-upload-progress]");
  if (!shown || !event.detail.lengthComputable) return;
  shown.hidden = false;
  const bar = shown.querySelector("progress");
  bar.max = event.detail.total;
  bar.value = event.detail.loaded;
});
