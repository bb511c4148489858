"use strict";

/* A form that htmx saves while one types. Here it is always in one of six states, and says in which:

     idle      nothing has been typed
     dirty     something has, and is sent after a pause or at the latest after LONGEST_WAIT_MS
     sending   a save is on its way
     saved     all that was typed is on the server
     refused   there is an error; it is shown next to its field, and the person has to correct it
     failed    no answer, or another person's or no session: tried again by itself, and when the page is looked at again

   What is unsaved is handed over when the page goes away. In a form with a "sequence" saves are numbered, so that one whose answer was lost is no
   conflict with the next (accounts.autosave.models). Text stays in the fields and on the server; the browser's storage gets none.
   Without this the form is an ordinary form. */
(() => {
  const LONGEST_WAIT_MS = 4000; // However fast one types on: what is on the server is never older than five seconds (docs/security.md, R34).
  const SLOW_MS = 3000;
  const AGAIN_MS = [3000, 5000, 10_000, 20_000];
  const LOOK_AGAIN_MS = 700;
  const REFUSED = [409, 413, 422];

  const NEXT = {
    idle: { type: "dirty", send: "sending" },
    dirty: { send: "sending", discard: "idle" },
    sending: { store: "saved", storeInPart: "dirty", refuse: "refused", fail: "failed", discard: "idle" },
    saved: { type: "dirty", send: "sending" },
    refused: { type: "dirty", send: "sending", discard: "idle" },
    failed: { send: "sending", discard: "idle" },
  };

  const start = () => {
    for (const form of document.querySelectorAll("[data-module~=saving]")) {
      if (form.dataset.saving) continue;
      form.dataset.saving = "idle";
      saving(form);
    }
  };

  function saving(form) {
    const saved = form.querySelector("#saved");
    const signIn = document.getElementById("saved-signed-out").content.querySelector("a").getAttribute("href");
    let sequence = 0; // Saves sent so far.
    let typed = 0; // Counts changes. `sent` and `handed` are its value at the last save and at the last hand-over on leaving.
    let sent = 0;
    let handed = 0;
    let dirtySince = 0;
    let failures = 0;
    let timer; // Of the state one is in: how long a save may take, or when it is tried again.

    const state = () => form.dataset.saving;
    const isUnsaved = () => form.isConnected && !["idle", "saved"].includes(state());
    const go = (what) => {
      const next = NEXT[state()][what];
      if (!next) return false;
      clearTimeout(timer);
      form.dataset.saving = next;
      return true;
    };
    const save = () => { if (["dirty", "failed"].includes(state()) && form.isConnected) form.requestSubmit(); };
    const show = (name) => {
      const version = saved.querySelector("[name=version]");
      saved.replaceChildren(...(version ? [version] : []), document.getElementById(name).content.cloneNode(true));
    };
    const fail = (name, again = 0) => {
      if (!go("fail")) return;
      show(name);
      if (again) timer = setTimeout(save, again);
      failures += 1;
    };

    /* The status line may be off screen; then show it at the window's edge. Its room below is kept, so that what follows does not move under a
       finger. */
    const downToTheEdge = { rootMargin: "9999999px 0px -100px" };
    const edge = new IntersectionObserver(([{ isIntersecting, target }]) => {
      if (isIntersecting !== saved.classList.contains("saved-far")) return;
      const room = saved.offsetHeight + Number.parseFloat(getComputedStyle(saved).marginBlockStart);
      target.style.blockSize = isIntersecting ? "" : `${room}px`;
      saved.classList.toggle("saved-far", !isIntersecting);
    }, downToTheEdge);

    form.addEventListener("input", () => {
      typed += 1;
      edge.observe(form.querySelector(".saved-here"));
      go("type");
      if (!saved.querySelector(".saved--not")) show("saved-not-yet");
      dirtySince ||= Date.now();
      if (Date.now() - dirtySince > LONGEST_WAIT_MS) save();
    });

    form.addEventListener("htmx:configRequest", ({ detail }) => {
      /* A fragment is for the page without scripts; htmx would scroll to it. */
      detail.path = detail.path.split("#")[0];
      if (!form.elements.sequence) return;
      sequence += 1;
      detail.parameters.sequence = sequence;
    });
    form.addEventListener("htmx:beforeSend", () => {
      go("send");
      sent = typed;
      dirtySince = 0;
      timer = setTimeout(() => show("saved-slow"), SLOW_MS);
    });
    /* A session that has ended answers with the way to sign in, and one of another person says so (config.form_owner). Going there now, or loading
       the page again, would lose what is on the screen. */
    form.addEventListener("htmx:beforeOnLoad", (event) => {
      const { xhr } = event.detail;
      const isOthers = xhr.status === 409 && Boolean(xhr.getResponseHeader("HX-Refresh"));
      if (!isOthers && !(xhr.getResponseHeader("HX-Redirect") || "").startsWith(signIn)) return;
      event.preventDefault();
      fail(isOthers ? "saved-someone-else" : "saved-signed-out");
    });
    form.addEventListener("htmx:afterRequest", ({ detail }) => {
      if (state() !== "sending") return;
      if (REFUSED.includes(detail.xhr.status)) {
        go("refuse");
      } else if (detail.successful) {
        failures = 0;
        go(typed === sent ? "store" : "storeInPart");
      }
    });
    for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
      form.addEventListener(failure, () => fail("saved-failed", AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]));
    }

    /* Back in sight, or on the line: after a sleep, after signing in in another tab, after a tunnel. A page out of sight may never come back. */
    addEventListener("online", save);
    document.addEventListener("visibilitychange", () => { if (!document.hidden || handed !== typed) save(); });

    /* The other version is kept: what was typed here is given up on purpose. */
    form.addEventListener("click", ({ target }) => { if (target.closest("[data-discard]")) go("discard"); });

    /* The page goes away. A request of its own is the only one that outlives it. */
    addEventListener("beforeunload", (event) => {
      if (!isUnsaved()) return;
      /* Where saving does not work, the browser's own question is all that comes between the text and its loss. */
      if (failures || state() === "refused") event.preventDefault();
      handed = typed;
      const body = new URLSearchParams(new FormData(form));
      if (form.elements.sequence) {
        sequence += 1;
        body.set("sequence", sequence);
      }
      fetch(form.getAttribute("action"), { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } }).then(async (answer) => {
        if (!answer.ok || answer.headers.has("HX-Redirect")) return;
        htmx.swap(saved, await answer.text(), { swapStyle: "innerHTML" });
        if (handed !== typed) return;
        clearTimeout(timer);
        failures = 0;
        form.dataset.saving = "saved";
      }).catch(() => {});
    });

    /* Loaded again, or by Back, while the last words were still on their way, the page may show the day without them. */
    const cameBack = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
    /* After a press elsewhere on the page all was saved before it was loaded again (static/js/forms.js). */
    if (cameBack && !("stayed" in document.documentElement.dataset)) setTimeout(lookAgain, LOOK_AGAIN_MS);

    async function lookAgain() {
      const answer = await fetch(location.href).catch(() => null);
      if (!answer?.ok || typed || !form.isConnected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const version = page.querySelector("#saved [name=version]");
      if (version && version.value !== saved.querySelector("[name=version]")?.value && !typed) location.reload();
    }

    /* Errors next to their fields are updated by each response. */
    form.addEventListener("htmx:afterSettle", (event) => {
      for (const error of form.querySelectorAll(".field-error")) {
        if (event.detail.xhr?.status === 200) error.hidden = true;
        const field = form.querySelector(`#${error.id.replace(/_error$/, "")}`);
        if (!field) continue;
        const described = new Set((field.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
        if (error.hidden) {
          field.removeAttribute("aria-invalid");
          described.delete(error.id);
        } else {
          field.setAttribute("aria-invalid", "true");
          described.add(error.id);
        }
        if (described.size) field.setAttribute("aria-describedby", [...described].join(" "));
        else field.removeAttribute("aria-describedby");
      }
    });
  }

  start();
  for (const comes of ["swapped", "htmx:afterSettle"]) document.addEventListener(comes, start);
})();
