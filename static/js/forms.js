"use strict";

/* Sends a form and stays on the page until there is an answer. What was typed never becomes part of the browser's record of pages, which it writes
   to the disk (docs/security.md, R76), Back never asks whether to send it again (R77), and where there is no answer the text is still there.
   Without it the browser sends the form, and the server answers with another address. Lists that Back shall find again are sent so too:
   they are marked with data-plain, as is what is downloaded. */
(() => {
  const LONGEST_KEPT_ALIVE = 60_000; // Bytes: browsers allow 64 KiB.
  const TRY_AGAIN_MS = 50;
  const MOST_TRIES = 40;

  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.hasAttribute("target") || form.matches("[data-plain]")) return;
    if (window.htmx && form.matches("[hx-post]")) return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "true";
    submitter?.setAttribute("aria-busy", "true");
    try {
      await send(form, submitter);
    } finally {
      delete form.dataset.sending;
      submitter?.removeAttribute("aria-busy");
    }
  });

  /* Chromium notes what is typed into a field for all sites that have one of that name. Password managers have read by now what this one is for. */
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[autocomplete=username]")) target.autocomplete = "off";
  });

  async function send(form, submitter) {
    await othersSaved();
    const fields = new FormData(form);
    if (submitter?.name) fields.append(submitter.name, submitter.value);
    const isFile = form.getAttribute("enctype") === "multipart/form-data";
    const body = isFile ? fields : new URLSearchParams(fields);
    const answer = await fetch(submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href, {
      method: "POST",
      body,
      headers: { "X-Requested-With": "fetch" },
      keepalive: !isFile && String(body).length < LONGEST_KEPT_ALIVE, // Should the page be left meanwhile.
    }).catch(() => null);
    if (!form.isConnected) return; // The page was left meanwhile.
    const address = answer?.headers.get("Location");
    if (address) return goTo(address, submitter);
    const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page?.querySelector("main");
    if (main) show(page, main);
    else failed(form);
  }

  /* What is still being typed elsewhere on the page is saved first, so that the page that follows has it. */
  async function othersSaved() {
    const unsaved = (state) => [...document.querySelectorAll(`form[data-saving="${state}"]`)];
    for (const other of unsaved("dirty")) other.requestSubmit();
    for (let tries = 0; tries < MOST_TRIES && unsaved("sending").length; tries += 1) await new Promise((go) => { setTimeout(go, TRY_AGAIN_MS); });
  }

  function goTo(address, submitter) {
    const there = new URL(address, location.href);
    if (there.pathname !== location.pathname || there.search !== location.search) return location.assign(there);
    /* The same page, which has changed: what was pressed stays where it is on the screen (static/js/arrive.js), unless another place is asked for. */
    history.replaceState(there.hash ? null : { pressed: pressed(submitter), top: submitter?.getBoundingClientRect().top ?? 0 }, "", there);
    history.scrollRestoration = "manual";
    location.reload();
  }

  /* How a button is found again on the page that follows. Its value may be what a person wrote, and is left out: a browser may store this. */
  function pressed(button) {
    if (!button) return "";
    if (button.id) return `#${CSS.escape(button.id)}`;
    const form = `form[action="${CSS.escape(button.form.getAttribute("action"))}"]`;
    return button.name ? `${form} button[name="${CSS.escape(button.name)}"]` : `${form} button:not([name], [aria-hidden])`;
  }

  function show(page, main) {
    for (const asset of page.querySelectorAll("head script[src], head link[rel=stylesheet]")) {
      const address = asset.getAttribute("src") || asset.getAttribute("href");
      if (document.querySelector(`head [src="${address}"], head [href="${address}"]`)) continue;
      const here = document.createElement(asset.localName);
      for (const { name, value } of asset.attributes) here.setAttribute(name, value);
      document.head.append(here);
    }
    document.title = page.title;
    document.querySelector("main").replaceWith(document.adoptNode(main));
    scrollTo(0, 0);
    window.htmx?.process(main);
    main.dispatchEvent(new Event("swapped", { bubbles: true }));
  }

  function failed(form) {
    let line = form.querySelector("[data-unsent]");
    if (!line) {
      line = document.querySelector("template[data-module=unsent]").content.firstElementChild.cloneNode(true);
      form.append(line);
    }
    line.hidden = false;
    line.focus();
    form.dispatchEvent(new Event("unsent"));
  }
})();
