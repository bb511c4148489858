"use strict";

/* A form that htmx saves while one types. This says what became of each save, tries again by itself after one that did not work, hands over
   what is still unsaved when the page goes away, and in a form with a "sequence" numbers the saves, so that one whose answer was lost is no
   conflict with the next (accounts.autosave.models). Words stay in the fields and on the server; the browser's storage gets none.
   Without it the form is an ordinary form. */
(() => {
  const LONGEST_WAIT = 4000; // However fast one types on: what is on the server is never older than five seconds (docs/security.md, R34).
  const SLOW = 3000;
  const AGAIN = [3000, 5000, 10000, 20000];

  for (const form of document.querySelectorAll("[data-module~=saving]")) {
    if (form.dataset.saving) continue;
    form.dataset.saving = "true";
    saving(form);
  }

  function saving(form) {
    const saved = form.querySelector("#saved");
    let sequence = 0; // Saves sent so far.
    let typed = 0; // Grows with each change; what the last save sent, the last that came through and the last handed over held of it:
    let sent = 0;
    let kept = 0;
    let handed = 0;
    let failures = 0;
    let refused = false;
    let signedOut = false;
    let since = 0;
    let retry;
    let patience;

    const unsaved = () => form.isConnected && typed !== kept;
    const underWay = () => form.classList.contains("htmx-request");
    /* What was refused is said beside its field, and waits for the person. */
    const save = () => { if (unsaved() && !underWay() && !refused) form.requestSubmit(); };
    const show = (name) => {
      const version = saved.querySelector("[name=version]");
      saved.replaceChildren(...(version ? [version] : []), document.getElementById(name).content.cloneNode(true));
    };

    /* Where one types may be far above where it is said; then it is said at the edge of the window. */
    const downToTheEdge = { rootMargin: "9999999px 0px -100px" };
    const edge = new IntersectionObserver(([here]) => saved.classList.toggle("saved-far", !here.isIntersecting), downToTheEdge);

    form.addEventListener("input", () => {
      typed += 1;
      edge.observe(form.querySelector(".saved-here"));
      if (!saved.querySelector(".saved--not")) show("saved-not-yet");
      since ||= Date.now();
      if (Date.now() - since > LONGEST_WAIT) save();
    });

    form.addEventListener("htmx:configRequest", (event) => { if (form.elements.sequence) event.detail.parameters.sequence = sequence += 1; });
    form.addEventListener("htmx:beforeSend", () => {
      sent = typed;
      since = 0;
      clearTimeout(retry);
      clearTimeout(patience);
      patience = setTimeout(() => show("saved-slow"), SLOW);
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      clearTimeout(patience);
      refused = [409, 413, 422].includes(event.detail.xhr.status) && !signedOut;
      if (!event.detail.successful || signedOut) return;
      kept = sent;
      failures = 0;
    });
    for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
      form.addEventListener(failure, () => {
        show("saved-failed");
        clearTimeout(retry);
        retry = setTimeout(save, AGAIN[Math.min(failures, AGAIN.length - 1)]);
        failures += 1;
      });
    }
    /* A session that has ended answers with the way to sign in, and one of somebody else says so (config.form_owner). Going there now, or loading
       the page anew, would lose what is on the screen. */
    form.addEventListener("htmx:beforeOnLoad", (event) => {
      const { xhr } = event.detail;
      const someoneElse = xhr.status === 409 && Boolean(xhr.getResponseHeader("HX-Refresh"));
      signedOut = someoneElse || (xhr.getResponseHeader("HX-Redirect") || "").startsWith("/accounts/");
      if (!signedOut) return;
      event.preventDefault();
      show(someoneElse ? "saved-someone-else" : "saved-signed-out");
    });

    /* Back in sight, or on the line: after a sleep, after signing in in another tab, after a tunnel. */
    addEventListener("online", save);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) save(); else if (handed !== typed) save(); });

    /* The page goes away. A request of its own is the only one that outlives it. */
    addEventListener("beforeunload", (event) => {
      if (!unsaved()) return;
      /* Where saving does not work, the browser's own question is all that stands between the words and their loss. */
      if (failures || refused || signedOut) event.preventDefault();
      handed = typed;
      const body = new URLSearchParams(new FormData(form));
      if (form.elements.sequence) body.set("sequence", sequence += 1);
      fetch(form.getAttribute("action"), { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } }).then(async (answer) => {
        if (!answer.ok || answer.headers.has("HX-Redirect")) return;
        htmx.swap(saved, await answer.text(), { swapStyle: "innerHTML" });
        kept = Math.max(kept, handed);
      }).catch(() => {});
    });

    /* Loaded anew, or by Back, while the last words were still on their way, the page may show the day without them. */
    if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") setTimeout(lookAgain, 700);

    async function lookAgain() {
      const answer = await fetch(location.href).catch(() => null);
      if (!answer?.ok || typed) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const version = page.querySelector("#saved [name=version]");
      if (version && version.value !== saved.querySelector("[name=version]")?.value && !typed) location.reload();
    }

    /* Errors beside their fields come and go with each answer. */
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
})();
