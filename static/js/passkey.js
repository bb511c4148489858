"use strict";

/* Asks the browser for a passkey and sends its answer with the form: a new one (data-make) or one to sign in with (data-ask). */
(() => {
  const start = () => {
    for (const form of document.querySelectorAll("[data-module=passkey]")) {
      if (form.dataset.ready || !window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
      form.dataset.ready = "true";
      passkey(form);
    }
  };

  function passkey(form) {
    const button = form.querySelector("[data-go]");
    const failed = form.querySelector("[data-failed]");
    form.hidden = button.hidden = false;
    form.querySelector("[data-cannot]")?.remove();

    const make = async () => {
      const { publicKey } = JSON.parse(form.dataset.make);
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
    };
    const ask = async () => {
      const { publicKey } = await (await fetch(form.dataset.ask)).json();
      return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    };

    button.addEventListener("click", async () => {
      if (failed) failed.hidden = true;
      try {
        const credential = await (form.dataset.make ? make() : ask());
        form.elements.credential.value = JSON.stringify(credential);
        form.requestSubmit();
      } catch {
        /* Nothing was chosen, or there is none. */
        if (failed) failed.hidden = false;
      }
    });
  }

  start();
  document.addEventListener("swapped", start);
})();
