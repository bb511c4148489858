"use strict";

/* Hides the page after a while without activity, and signs out (docs/security.md, R14). Works with the server gone, since the page
   takes its words out by itself. What is being typed is saved first. While there is activity, the server is told now and then. */
(() => {
  const words = document.querySelector("[data-module=idle]");
  if (!words || words.dataset.ready) return;
  words.dataset.ready = "true";

  const quiet = words.dataset.blankMinutes * 60_000;
  const told = words.dataset.idleMinutes * 20_000;
  const tabs = new BroadcastChannel("idle");
  let touched = Date.now();
  let lastTold = touched;
  let locked = false;

  /* Date, not a timer: a device that slept wakes up to a page that is put away before it is looked at. A clock that was set back does not
     keep it open. */
  const look = () => {
    touched = Math.min(touched, Date.now());
    if (!locked && Date.now() - touched >= quiet) lock();
  };

  const here = () => {
    look();
    const now = Date.now();
    if (locked || now - touched < 1000) return;
    touched = now;
    tabs.postMessage("here");
    if (now - lastTold < told) return;
    lastTold = now;
    fetch(words.dataset.alive, { method: "POST", redirect: "manual" })
      .then((response) => { if (response.type === "opaqueredirect") lock(); }, () => {});
  };

  /* Forms that are saved while one types, and those of which a draft is kept (draft.js). */
  const unsaved = () => [...document.forms].filter((form) => form.dataset.unsaved || (form.matches("[hx-post]") && form.querySelector(".saved--not")));

  const save = async () => {
    for (const form of unsaved()) {
      if (form.dataset.unsaved) form.dispatchEvent(new Event("keep"));
      else form.requestSubmit();
    }
    const until = Date.now() + 3000;
    while (unsaved().length && Date.now() < until) await new Promise((again) => setTimeout(again, 50));
  };

  const lock = async () => {
    locked = true;
    document.documentElement.hidden = true;
    document.title = words.dataset.title;
    await save();
    const lost = unsaved().length > 0;
    document.dispatchEvent(new Event("session-ends"));
    fetch(words.dataset.out, { method: "POST", keepalive: true, redirect: "manual" }).catch(() => {});
    tabs.postMessage("locked");
    putAway(lost);
    document.documentElement.hidden = false;
  };

  const putAway = (lost) => {
    const heading = document.querySelector("h1");
    const main = document.querySelector("main");
    heading.textContent = words.dataset.heading;
    main.replaceChildren(words.content.cloneNode(true));
    main.querySelector(".head").prepend(heading);
    main.querySelector("a").search = new URLSearchParams({ next: location.pathname });
    main.querySelector("[data-lost]").hidden = !lost;
    document.querySelector("header").replaceChildren(document.querySelector(".leave"));
    for (const rest of document.querySelectorAll("body > :not(header, main, svg, [data-leave-status])")) rest.remove();
    main.focus();
  };

  tabs.addEventListener("message", (event) => {
    if (event.data === "here") touched = Date.now();
    else if (!locked) lock();
  });
  for (const sign of ["keydown", "pointerdown", "pointermove", "wheel", "scroll"]) addEventListener(sign, here, { capture: true, passive: true });
  for (const sign of ["focus", "visibilitychange", "pageshow"]) addEventListener(sign, look, true);
  setInterval(look, 5000);
})();
