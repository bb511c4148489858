"use strict";

/* What a person hears, and where focus is, when a page has come or a part of it was swapped: the same everywhere. What went wrong gets focus, so
   that it is read out. What merely happened is said in a place that was there before, as a status that comes with its page is not announced. */
(() => {
  document.documentElement.dataset.scripts = "";
  const said = document.querySelector("[data-said-aloud]");
  const MUST_BE_READ = "[autofocus], [role=alert]:not([hidden])";
  const LONGEST = 200; // Of a list that was found its first line is enough.
  const AFTER_LOAD_MS = 400; // Sooner, it is lost in the page's own title.

  let timer;
  const say = (text, after = 50) => {
    clearTimeout(timer);
    said.textContent = "";
    timer = setTimeout(() => { said.textContent = text; }, after);
  };
  document.addEventListener("say", ({ detail }) => say(detail));

  /* Whoever has begun to type, before the scripts were there, goes on typing. */
  const isTyping = () => document.activeElement?.matches("input, textarea, select") && !document.activeElement.matches("[autofocus]");
  const focus = (place) => {
    if (isTyping()) return;
    if (!place.matches("a, button, input, select, textarea, [tabindex]")) place.tabIndex = -1;
    place.focus({ preventScroll: place.matches("main") });
  };
  const tell = (root, after) => {
    const status = [...root.querySelectorAll("[role=status]:not(#saved)")].find((each) => each.checkVisibility?.() !== false && each.textContent.trim());
    if (!status) return;
    const text = status.innerText.trim();
    say(text.length > LONGEST ? text.split("\n")[0] : text.replaceAll("\n", " "), after);
  };
  const arrive = (root, after) => {
    const first = root.querySelector(MUST_BE_READ);
    if (first && !first.contains(document.activeElement)) focus(first);
    if (!first) tell(root, after);
    const answer = !first && document.activeElement === document.body && root.querySelector("[data-answer]");
    if (answer) focus(answer);
    return first || answer;
  };

  /* htmx notes the address of the page in the tab's storage when it starts, for a history we do not use. Nothing is to stay there. */
  document.addEventListener("DOMContentLoaded", () => sessionStorage.removeItem("htmx-current-path-for-history"));

  /* On a slow line somebody may type before the scripts are there. It is told to them now, or it would be kept with the next key only. */
  const isTyped = (field) => (/^(radio|checkbox)$/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  const tellTyped = () => {
    for (const form of document.querySelectorAll("[data-module~=saving], [data-module~=draft]")) {
      const typed = [...form.querySelectorAll("input, textarea")].find(isTyped);
      typed?.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  document.addEventListener("DOMContentLoaded", () => { setTimeout(tellTyped); }); // Once htmx, which waits for the same, listens too.

  /* Scrolls so that `place` is where it was on the screen. Where the page has become too short for that, room is left at its end. */
  document.addEventListener("keep", ({ detail: { place, top } }) => {
    const moved = () => place.getBoundingClientRect().top - top;
    scrollBy({ top: moved(), behavior: "instant" });
    const short = moved();
    if (short < 1) return;
    document.body.style.paddingBlockEnd = `${parseFloat(getComputedStyle(document.body).paddingBlockEnd) + short}px`;
    scrollBy({ top: short, behavior: "instant" });
  });

  /* The page on which something was pressed, again (static/js/forms.js): it has not moved, and focus is on what was pressed, or on its answer. */
  const stay = ({ pressed, top }) => {
    history.replaceState(null, "");
    document.documentElement.dataset.stayed = "";
    addEventListener("load", () => { setTimeout(() => { history.scrollRestoration = "auto"; }); }, { once: true }); // Sooner, the browser scrolls too.
    const main = document.querySelector("main");
    const place = (pressed && main.querySelector(pressed)) || main.querySelector("[data-answer]");
    if (!place) return focus(main);
    const keep = () => document.dispatchEvent(new CustomEvent("keep", { detail: { place, top } }));
    keep();
    if (!isTyping()) place.focus({ preventScroll: true });
    /* A font that comes late makes other lines of the same words. */
    let untouched = true;
    for (const sign of ["pointerdown", "wheel", "keydown"]) addEventListener(sign, () => { untouched = false; }, { capture: true, once: true, passive: true });
    document.fonts.ready.then(() => { if (untouched) keep(); });
  };
  if (history.state?.pressed !== undefined) stay(history.state);
  arrive(document.querySelector("main"), AFTER_LOAD_MS);
  document.addEventListener("swapped", ({ target }) => { if (!arrive(target)) focus(target); });

  /* htmx gives focus back to what has the same id; where the button that was pressed is gone, focus would fall to the body. */
  let held = null;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const at = document.activeElement;
    held = at && at !== document.body && detail.target.contains(at) ? { name: at.name, value: at.value, label: at.getAttribute("aria-label") } : null;
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const { elt: place } = detail;
    if (!place.isConnected) return;
    const stillThere = document.activeElement && document.activeElement !== document.body;
    if (!place.matches("[role=status]")) tell(place);
    if (stillThere || !held) return;
    const same = held.name && [...place.querySelectorAll("button, input")].find((each) => each.name === held.name && each.value === held.value);
    focus(same || place.querySelector("[autofocus], [data-answer]") || place);
    held = null;
  });
})();
