"use strict";

/* The 3-2-1 form: the words picked from the list and those in the two fields stay the same, and words of before go into the next free field.
   Without it the list is ticked and saved, and a word of before is a button that saves. */
(() => {
  const start = () => {
    for (const form of document.querySelectorAll("[data-module~=checkin]")) {
      if (form.dataset.ready) continue;
      form.dataset.ready = "true";
      for (const picker of form.querySelectorAll("[data-picker]")) picking(form, picker);
      for (const chips of form.querySelectorAll("[data-chips]")) offering(form, chips);
    }
  };

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

  function offering(form, chips) {
    const fields = chips.dataset.chips.split(" ").map((name) => form.elements[name]);
    const buttons = [...chips.querySelectorAll("button")];
    const holder = (button) => fields.find((field) => field.value.trim() === button.value);

    const agree = () => {
      const full = fields.every((field) => field.value.trim());
      for (const button of buttons) {
        const taken = Boolean(holder(button));
        button.setAttribute("aria-pressed", String(taken));
        button.disabled = full && !taken;
      }
    };

    chips.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      event.preventDefault();
      const taken = holder(button);
      const field = taken || fields.find((each) => !each.value.trim());
      if (!field) return;
      field.value = taken ? "" : button.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    for (const field of fields) field.addEventListener("input", agree);
    agree();
  }

  start();
  document.addEventListener("swapped", start);
})();
