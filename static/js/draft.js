"use strict";

/* A form that is sent by its button. What is typed into it is kept on the server meanwhile, so that Leave, a page that puts itself away or a
   closed window lose none of it, and is in the form again when the page is opened. The browser's storage gets no words. */
(() => {
  const PAUSE_MS = 1500;
  const LONGEST_WAIT_MS = 4000; // However fast one types on: what is on the server is never older than five seconds (docs/security.md, R34).
  const AGAIN_MS = 10_000;

  const start = () => {
    for (const form of document.querySelectorAll("[data-module~=draft]")) {
      if (form.dataset.drafting) continue;
      form.dataset.drafting = "true";
      draft(form);
    }
  };

  function draft(form) {
    const line = form.querySelector("[data-draft]");
    const said = line.querySelector("[data-said]");
    const forget = line.querySelector("button");
    let since = 0;
    let timer;
    /* What came late is known by the page it came from and its number (accounts.autosave.models). */
    const clientId = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    let sequence = 0;
    let underWay = new AbortController();
    let over = false;

    const fields = [...form.elements].filter((field) => field.name && !/^(hidden|submit|button)$/.test(field.type));
    const isBox = (field) => /^(radio|checkbox)$/.test(field.type);
    const chosen = (field) => !isBox(field) || field.checked;
    const isTyped = (field) => (isBox(field) ? field.checked !== field.defaultChecked : "defaultValue" in field && field.value !== field.defaultValue);
    const words = () => {
      const all = {};
      for (const field of fields.filter(chosen)) {
        all[field.name] ||= [];
        all[field.name].push(field.value);
      }
      return JSON.stringify(all);
    };
    const post = (what, options) => fetch(line.dataset.draft, {
      method: "POST", body: new URLSearchParams({ place: location.pathname, owner: form.elements.owner.value, ...what }), keepalive: true, redirect: "manual",
      ...options,
    });
    /* An older request continues: on a slow connection it may be all that arrives. */
    const send = (what) => {
      sequence += 1;
      return post({ words: what, client_id: clientId, sequence }, { signal: underWay.signal }).catch(() => null);
    };
    const drop = () => {
      clearTimeout(timer);
      since = 0;
      underWay.abort();
      underWay = new AbortController();
      delete form.dataset.unsaved;
      send("{}");
    };
    const say = (what) => {
      line.hidden = !what;
      said.textContent = what ? line.dataset[what] : "";
      forget.hidden = what !== "back";
    };

    const keep = async () => {
      clearTimeout(timer);
      if (over || !form.isConnected) return;
      since = 0;
      const sending = send(words());
      const mine = sequence;
      const answer = await sending;
      if (mine !== sequence || over) return;
      if (answer?.status === 204) {
        delete form.dataset.unsaved;
        say("kept");
      } else {
        say(answer?.status === 409 ? "other" : "failed");
        /* Too long, or one of too many: the answer says what to do, and the next try is the next change. */
        const refused = [413, 422].includes(answer?.status) ? await answer.text() : "";
        if (refused) said.textContent = refused;
        else timer = setTimeout(keep, AGAIN_MS);
      }
    };

    /* What was typed meanwhile stays, beside what is given back into the other fields. */
    const giveBack = async () => {
      const answer = await post({}).catch(() => null);
      const kept = answer?.ok ? await answer.json() : {};
      if (!Object.keys(kept).length || over) return;
      const typed = new Set(fields.filter(isTyped).map(({ name }) => name));
      for (const field of fields) {
        const values = kept[field.name];
        if (!values || typed.has(field.name)) continue;
        if (isBox(field)) field.checked = values.includes(field.value);
        else field.value = values[0];
      }
      for (let fold = form.closest("details:not([open])"); fold; fold = form.closest("details:not([open])")) fold.open = true;
      say("back");
      if (typed.size) form.dispatchEvent(new Event("input"));
    };

    form.addEventListener("input", () => {
      form.dataset.unsaved = "true";
      sequence += 1;
      since ||= Date.now();
      clearTimeout(timer);
      timer = setTimeout(keep, Math.min(PAUSE_MS, Math.max(0, since + LONGEST_WAIT_MS - Date.now())));
    });
    form.addEventListener("keep", keep);
    form.addEventListener("submit", () => {
      over = true;
      drop();
    });
    form.addEventListener("unsent", () => {
      over = false;
      keep();
    });
    forget.addEventListener("click", () => {
      form.reset();
      say("cleared");
      /* The button has gone, and focus would fall to the body. */
      line.tabIndex = -1;
      line.focus({ preventScroll: true });
      drop();
    });
    addEventListener("pagehide", () => { if (form.dataset.unsaved) keep(); });

    /* A form that the server returned with an error already contains what was sent. */
    if (form.querySelector(".field-error:not([hidden])")) keep();
    else giveBack();
  }

  start();
  document.addEventListener("swapped", start);
})();
