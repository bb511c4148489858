"use strict";

/* Leave: a link to /leave/ that works by itself. Here it becomes faster, and three times Shift does the same.
   Order matters (docs/security.md, R26): the words go first, then the session, then the other tabs, then this one. */
(() => {
  const link = document.querySelector("[data-module=leave]");
  if (!link || link.dataset.ready) return;
  link.dataset.ready = "true";

  const away = link.dataset.leaveTo;
  const tabs = new BroadcastChannel("leave");
  const status = document.querySelector("[data-leave-status]");
  let left = false;

  const blank = () => {
    document.documentElement.hidden = true;
    document.title = "";
    document.body.replaceChildren();
  };

  const leave = () => {
    if (left) return;
    left = true;
    blank();
    if (!navigator.sendBeacon?.(link.href)) fetch(link.href, { method: "POST", keepalive: true }).catch(() => {});
    tabs.postMessage("leave");
    location.replace(away);
  };

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  tabs.addEventListener("message", () => {
    left = true;
    blank();
    location.replace(away);
  });

  /* Shift pressed and released three times within five seconds, with no other key in between. */
  let presses = 0;
  let alone = false;
  let timer;
  const say = (what) => { status.textContent = what ? status.dataset[what] : ""; };
  const forget = (what) => {
    presses = 0;
    clearTimeout(timer);
    say(what);
  };
  addEventListener("keydown", (event) => {
    alone = event.key === "Shift" && !(event.ctrlKey || event.altKey || event.metaKey);
    if (!alone && presses) forget();
  }, true);
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    presses += 1;
    if (presses === 1) timer = setTimeout(() => forget("late"), 5000);
    if (presses < 3) return say(presses === 1 ? "two" : "one");
    say("leaving");
    leave();
  }, true);
  addEventListener("pointerdown", () => { alone = false; }, true);

  /* Browsers keep whole pages for Back, no-store or not. Ours hides before it is kept, and is fetched anew when it comes back:
     then the server says who may see it (docs/security.md, R28 and R33). */
  addEventListener("pagehide", () => { document.documentElement.hidden = true; });
  addEventListener("pageshow", (event) => {
    if (left) return location.replace("/accounts/login/");
    if (event.persisted) return location.reload();
    document.documentElement.hidden = false;
  });
})();
