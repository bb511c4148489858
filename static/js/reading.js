"use strict";

/* Where a signed-in reader stops reading a part: the last heading of its contents that has come up, or its end. It is told to the server a
   moment after they stop scrolling. Without this, the button at the end says that a part was read. */
(() => {
  for (const form of document.querySelectorAll("[data-module=reading]")) {
    if (form.dataset.ready) continue;
    form.dataset.ready = "true";

    const headings = [...document.querySelectorAll(".toc-wide a")].map((link) => document.getElementById(link.hash.slice(1)));
    const marks = [...headings.filter(Boolean), form];
    let position = "";
    let said = "";
    let timer;

    const say = () => {
      /* Leave takes the page apart: then nothing more is said. */
      if (!form.isConnected || !position || position === said) return;
      said = position;
      const words = new URLSearchParams(new FormData(form));
      words.set("position", position);
      fetch(form.action, { method: "POST", body: words, keepalive: true, redirect: "manual" }).catch(() => {});
    };

    addEventListener("scroll", () => {
      for (const mark of marks) if (mark.getBoundingClientRect().top < innerHeight * .7) position = mark.id;
      clearTimeout(timer);
      timer = setTimeout(say, 1000);
    }, { passive: true });
    addEventListener("pagehide", say);
  }
})();
