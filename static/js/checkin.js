"use strict";

/* The 3-2-1 form: keeps the words picked from the list and the words in the two fields the same. saving.js does the saving. */
(() => {
  for (const form of document.querySelectorAll("[data-module~=checkin]")) {
    if (form.dataset.ready) continue;
    form.dataset.ready = "true";
    for (const picker of form.querySelectorAll("[data-picker]")) picking(form, picker);
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
