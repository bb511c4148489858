"use strict";

/* Leave: a link to /leave/ that works by itself. Here it becomes faster, and three times Shift does the same.
   Order matters (docs/security.md, R26): the text goes first, then the session, then the other tabs, then this one. */
(() => {
  const link = document.querySelector("[data-module=leave]");
  if (!link || link.dataset.ready) return;
  link.dataset.ready = "true";

  const LONGEST_SESSION_S = 12 * 60 * 60;
  const away = link.dataset.leaveTo;
  const tabs = new BroadcastChannel("leave");
  const status = document.querySelector("[data-leave-status]");
  let left = false;

  /* A message may be lost. This cookie goes with every later request instead, and the server ends the session that it comes with, until it has
     answered one and cleared it (docs/security.md, R73). It lasts as long as a session may. */
  const mark = () => {
    const name = link.dataset.leftCookie;
    const secure = name.startsWith("__Host-") ? "; Secure" : ""; // Without, on plain http: there WebKit keeps no Secure cookie.
    // biome-ignore lint/suspicious/noDocumentCookie: it has to be there before the page goes; the newer way answers later.
    document.cookie = `${name}=1; Path=/; Max-Age=${LONGEST_SESSION_S}; SameSite=Strict${secure}`;
  };
  document.addEventListener("session-ends", mark);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-ends-session]")) mark();
  }, true);

  const blank = () => {
    document.documentElement.hidden = true;
    document.title = "";
    document.body.replaceChildren();
  };

  const leave = () => {
    if (left) return;
    left = true;
    blank();
    mark();
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

  /* Shift pressed and released three times within five seconds, and nothing else in between: no other key, no click, no wheel (Shift scrolls
     sideways), no input method (some change the script by Shift), and no Caps Lock that Shift switches off. */
  let presses = 0;
  let alone = false;
  let capsLock = false;
  let timer;
  const say = (what) => { status.textContent = what ? status.dataset[what] : ""; };
  const forget = (what) => {
    alone = false;
    if (!presses) return;
    presses = 0;
    clearTimeout(timer);
    say(what);
  };
  const composes = (event) => event.isComposing || event.keyCode === 229;
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.ctrlKey || event.altKey || event.metaKey || composes(event)) return forget();
    if (event.repeat) return;
    alone = true;
    capsLock = event.getModifierState("CapsLock");
  }, true);
  addEventListener("keyup", (event) => {
    if (composes(event)) return forget();
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    if (event.getModifierState("CapsLock") !== capsLock) return forget();
    presses += 1;
    if (presses === 1) timer = setTimeout(() => forget("late"), 5000);
    if (presses < 3) return say(presses === 1 ? "two" : "one");
    say("leaving");
    leave();
  }, true);
  for (const other of ["pointerdown", "wheel", "compositionstart", "compositionend"]) {
    addEventListener(other, () => forget(), { capture: true, passive: true });
  }

  /* Browsers keep whole pages for Back, no-store or not. Ours hides before it is kept, and is loaded again when it comes back:
     then the server says who may see it (docs/security.md, R28 and R33). */
  addEventListener("pagehide", () => { document.documentElement.hidden = true; });
  addEventListener("pageshow", (event) => {
    if (left) return location.replace(link.dataset.signIn);
    if (event.persisted) return location.reload();
    document.documentElement.hidden = false;
  });
})();
