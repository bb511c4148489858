"use strict";

/* The 3-2-1 form. Feelings: a word is found by typing, and is the same wherever it is shown. Earlier words go into the next free field.
   Without it, feelings are checkboxes and a text field, and an earlier word is a button that saves. */
(() => {
  const start = () => {
    for (const form of document.querySelectorAll("[data-module~=checkin]")) {
      if (form.dataset.ready) continue;
      form.dataset.ready = "true";
      for (const root of form.querySelectorAll("[data-feelings]")) feelings(form, root);
      for (const row of form.querySelectorAll("[data-suggestions]")) suggesting(form, row);
      oneToTheNext(form);
      /* htmx sends the button that was pressed last with each save that follows, as if it were pressed again. */
      form.addEventListener("htmx:configRequest", ({ detail }) => {
        if (detail.elt === form) for (const { name } of form.querySelectorAll(".chips button, #enough")) delete detail.parameters[name];
      });
    }
  };

  /* Enter goes from one thing to the next, as in a list on paper. Shift and Enter break the line. */
  function oneToTheNext(form) {
    const fields = ["gratitude_1", "gratitude_2", "gratitude_3", "emotion_1"].map((name) => form.elements[name]).filter(Boolean);
    for (const [place, next] of fields.slice(1).entries()) {
      fields[place].enterKeyHint = "next";
      fields[place].addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        next.focus();
      });
    }
  }

  function feelings(form, root) {
    const MOST_MATCHES = 6;
    const field = form.elements.emotion_1;
    const row = root.querySelector("[data-named]");
    const list = root.querySelector(".matches");
    const said = root.querySelector("[data-said]");
    const chip = root.querySelector("template[data-chip]");
    const all = root.querySelector(".all-words");
    const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

    const words = [...root.querySelectorAll(".word input")].sort((one, other) => one.dataset.word.localeCompare(other.dataset.word)).map((box) => ({
      key: box.value,
      word: box.dataset.word,
      group: box.closest("[data-group]").dataset.group,
      means: box.parentElement.querySelector("small").textContent,
      help: "help" in box.dataset,
    }));
    const boxes = () => [...root.querySelectorAll("input[name=emotion]")];
    const chosen = () => new Set(boxes().filter((box) => box.checked).map((box) => box.value));
    const say = (what) => { said.textContent = what; };

    /* The same word is ticked wherever it is shown, and each group says which of its words are. */
    const set = (key, on) => {
      for (const box of boxes()) if (box.value === key) box.checked = on;
      for (const group of root.querySelectorAll(".picker details")) {
        const ticked = [...group.querySelectorAll("input:checked")].map((box) => box.dataset.word);
        group.querySelector(".picker-chosen").textContent = ticked.join(", ");
      }
    };
    const draw = (square, group) => {
      const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
      use.setAttribute("href", `#q-${group}`);
      square.replaceChildren(use);
      return square;
    };
    const show = ({ key, word, group, help }) => {
      if ([...row.querySelectorAll("input")].some((box) => box.value === key)) return;
      const added = chip.content.cloneNode(true);
      const box = added.querySelector("input");
      box.value = key;
      if (help) box.dataset.help = "";
      added.querySelector("[data-word]").textContent = word;
      if (group) draw(added.querySelector("svg"), group);
      row.append(added);
      row.hidden = root.querySelector("#named-before").hidden = false;
    };
    const take = (found) => {
      const known = chosen();
      if (!known.has(found.key) && known.size >= 2) return say(said.dataset.two);
      say("");
      show(found);
      set(found.key, true);
      field.value = "";
      close();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };

    root.addEventListener("change", ({ target: box }) => {
      if (box.name !== "emotion") return;
      if (box.checked && chosen().size > 2) {
        box.checked = false;
        return say(said.dataset.two);
      }
      say("");
      set(box.value, box.checked);
      if (!all.contains(box) || !box.checked) return;
      show(words.find(({ key }) => key === box.value));
      set(box.value, true);
      if (chosen().size < 2) return;
      box.closest("details").open = all.open = false;
      all.querySelector("summary").focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    });

    /* A listbox under the field (ARIA combobox). */
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": "matches", "aria-autocomplete": "list" })) {
      field.setAttribute(name, value);
    }
    let matches = [];
    let at = -1;

    function close() {
      list.hidden = true;
      list.replaceChildren();
      matches = [];
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }
    const select = (place) => {
      at = (place + matches.length) % matches.length;
      [...list.children].forEach((line, number) => { line.setAttribute("aria-selected", String(number === at)); });
      field.setAttribute("aria-activedescendant", `match-${at}`);
    };
    const line = (found, number) => {
      const shown = document.createElement("li");
      shown.className = "match";
      shown.id = `match-${number}`;
      shown.setAttribute("role", "option");
      const text = document.createElement("span");
      if (found.own) {
        shown.classList.add("match--own");
        text.textContent = list.dataset.own.replace("%s", found.word);
      } else {
        shown.append(draw(chip.content.querySelector("svg").cloneNode(false), found.group));
        const word = document.createElement("b");
        const means = document.createElement("small");
        word.textContent = found.word;
        means.textContent = found.means;
        text.append(word, means);
      }
      shown.append(text);
      return shown;
    };

    field.addEventListener("input", () => {
      const typed = folded(field.value);
      if (!typed) return close();
      const begin = words.filter(({ word }) => folded(word).startsWith(typed));
      const inside = words.filter(({ word }) => folded(word).includes(` ${typed}`));
      matches = [...new Set([...begin, ...inside])].slice(0, MOST_MATCHES);
      const same = matches.some(({ word }) => folded(word) === typed);
      if (!same) matches.push({ key: field.value.trim(), word: field.value.trim(), own: true });
      list.replaceChildren(...matches.map(line));
      list.hidden = false;
      field.setAttribute("aria-expanded", "true");
      select(0);
    });
    field.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") select(at + (event.key === "ArrowDown" ? 1 : -1));
      else if (event.key === "Enter") take(matches[at]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
    /* What is pressed in the list does not take the focus from the field. */
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const place = [...list.children].indexOf(event.target.closest("li"));
      if (place >= 0) take(matches[place]);
    });
    field.addEventListener("blur", () => {
      /* A word of ours that was typed to its end is taken; other words stay in the field, and are saved as they are. */
      const typed = folded(field.value);
      const found = words.find(({ word }) => folded(word) === typed);
      if (typed && found) take(found);
      else close();
    });
  }

  function suggesting(form, row) {
    const fields = row.dataset.suggestions.split(" ").map((name) => form.elements[name]);
    const buttons = [...row.querySelectorAll("button")];
    const holder = (button) => fields.find((field) => field.value.trim() === button.value);

    const agree = () => {
      const full = fields.every((field) => field.value.trim());
      for (const button of buttons) {
        const taken = Boolean(holder(button));
        button.setAttribute("aria-pressed", String(taken));
        button.disabled = full && !taken;
      }
    };

    row.addEventListener("click", (event) => {
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
  for (const comes of ["swapped", "htmx:afterSettle"]) document.addEventListener(comes, start);
})();
