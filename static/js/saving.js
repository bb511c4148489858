"use strict";

/* A form that htmx saves while one types. This says when a save did not work, and keeps the mark of what is wrong at its field.
   Without it the form is an ordinary form. */
(() => {
  for (const form of document.querySelectorAll("[data-module~=saving]")) {
    if (form.dataset.saving) continue;
    form.dataset.saving = "true";
    const saved = form.querySelector("#saved");

    const show = (name) => {
      const version = saved.querySelector("[name=version]");
      saved.replaceChildren(...(version ? [version] : []), document.getElementById(name).content.cloneNode(true));
    };

    form.addEventListener("input", () => { if (!saved.querySelector(".saved--not")) show("saved-not-yet"); });
    for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) form.addEventListener(failure, () => show("saved-failed"));
    /* A session that has ended answers with the way to sign in. Going there now would lose what is on the screen. */
    form.addEventListener("htmx:beforeOnLoad", (event) => {
      if (!event.detail.xhr.getResponseHeader("HX-Redirect")?.startsWith("/accounts/")) return;
      event.preventDefault();
      show("saved-signed-out");
    });
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
