"use strict";

/* The 3-2-1 form. htmx saves it while one types; this says when a save did not work, and keeps the words picked
   from the list and the words in the two fields the same. Without it the form is an ordinary form. */
(() => {
  for (const form of document.querySelectorAll("[data-module=checkin]")) {
    if (form.dataset.ready) continue;
    form.dataset.ready = "true";
    saving(form);
    for (const picker of form.querySelectorAll("[data-picker]")) picking(form, picker);
  }

  function saving(form) {
    const saved = form.querySelector("#saved");

    const show = (name) => {
      const version = saved.querySelector("[name=version]");
      saved.replaceChildren(version, document.getElementById(name).content.cloneNode(true));
    };

    form.addEventListener("input", () => { if (!saved.querySelector(".saved--not")) show("saved-not-yet"); });
    for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) form.addEventListener(failure, () => show("saved-failed"));
    /* A session that has ended answers with the way to sign in. Going there now would lose what is on the screen. */
    form.addEventListener("htmx:beforeOnLoad", (event) => {
      if (!event.detail.xhr.getResponseHeader("HX-Redirect")) return;
      event.preventDefault();
      show("saved-signed-out");
    });
    form.addEventListener("htmx:afterSettle", (event) => {
      for (const error of form.querySelectorAll(".field-error")) {
        if (event.detail.xhr?.status === 200) error.hidden = true;
        const field = form.querySelector(`#${error.id.replace(/_error$/, "")}`);
        if (!field) continue;
        if (error.hidden) {
          field.removeAttribute("aria-invalid");
          field.removeAttribute("aria-describedby");
        } else {
          field.setAttribute("aria-invalid", "true");
          field.setAttribute("aria-describedby", error.id);
        }
      }
    });
  }

  function picking(form, picker) {
    const fields = [form.elements.emotion_1, form.elements.emotion_2];
    const boxes = [...picker.querySelectorAll("input[type=checkbox]")];
    const same = (field, box) => field.value.trim().toLowerCase() === box.dataset.word.toLowerCase();

    const agree = () => {
      for (const box of boxes) box.checked = fields.some((field) => same(field, box));
      const full = fields.every((field) => field.value.trim());
      for (const box of boxes) box.disabled = full && !box.checked;
      for (const group of picker.querySelectorAll("details")) {
        const words = [...group.querySelectorAll("input:checked")].map((box) => box.dataset.word);
        group.querySelector(".picker-chosen").textContent = words.join(", ");
      }
    };

    picker.addEventListener("change", (event) => {
      const box = event.target;
      if (box.checked) {
        const free = fields.find((field) => !field.value.trim());
        if (free) free.value = box.dataset.word;
      } else {
        for (const field of fields) if (same(field, box)) field.value = "";
      }
      agree();
    });
    for (const field of fields) field.addEventListener("input", agree);
    agree();
  }
})();
