"use strict";

/* The open plan. Reading counts as activity: while the page is used the server is told once a minute, so that it does not lock the plan.
   Untouched, the page is put away by idle.js, which goes first because it saves what is being typed. But that one counts a hand on any tab;
   the plan goes from this one after five minutes even while another tab is in use. */
(() => {
  const sheet = document.querySelector("[data-module=plan]");
  if (!sheet || sheet.dataset.ready) return;
  sheet.dataset.ready = "true";

  const quiet = Number(sheet.dataset.quiet) * 1000;
  let touched = Date.now();
  let told = touched;

  const look = () => {
    const now = Date.now();
    touched = Math.min(touched, now);
    if (!sheet.isConnected) return;
    if (now - touched >= quiet + 20_000) {
      document.documentElement.hidden = true;
      for (const part of sheet.querySelectorAll("form, section")) part.remove();
      location.replace("/roadmap/plan/");
    } else if (touched > told && now - told >= 60_000) {
      told = now;
      fetch("/roadmap/plan/", { method: "HEAD" }).catch(() => {});
    }
  };
  const here = () => {
    look();
    touched = Date.now();
  };
  for (const sign of ["keydown", "pointerdown", "pointermove", "wheel", "scroll"]) addEventListener(sign, here, { capture: true, passive: true });
  for (const sign of ["focus", "visibilitychange", "pageshow"]) addEventListener(sign, look, true);
  setInterval(look, 1000);
  document.addEventListener("htmx:beforeRequest", () => { told = Date.now(); });

  /* Folded away, a note shows how it begins. */
  sheet.addEventListener("input", ({ target }) => {
    const start = target.name?.startsWith("note-") && target.closest("details").querySelector(".act-due");
    if (!start) return;
    start.textContent = target.value.length > 120 ? `${target.value.slice(0, 119)}…` : target.value;
    start.hidden = !target.value;
  });
})();
