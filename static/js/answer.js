"use strict";

/* After htmx has put in what a press changed, what was pressed stays where it was on the screen. A press that did not reach the server is said in
   its place. Focus, and what is read aloud, are seen to by arrive.js. */
(() => {
  let before = null;

  const topOf = (element) => element.getBoundingClientRect().top;
  const forget = () => document.querySelector("[data-answer-failed]")?.remove();

  document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    forget();
    const focused = document.activeElement;
    before = target?.id && {
      ids: [target.id, target.dataset.was],
      top: topOf(target),
      /* A step that changes places moves on purpose, and the page stays. */
      moves: /^(up|down)-/.test(focused.id) || target.matches(".acts"),
    };
  });

  document.addEventListener("htmx:afterSettle", () => {
    if (!before) return;
    const { ids, top, moves } = before;
    before = null;
    const now = document.querySelector(`[data-was="${ids[0]}"]`) || ids.map((id) => document.getElementById(id)).find(Boolean);
    if (!now) return;
    if (!moves) document.dispatchEvent(new CustomEvent("keep", { detail: { place: now, top } }));
    const line = now.querySelector("[data-answer]");
    if (!line) return;
    if (moves) line.scrollIntoView({ block: "nearest", behavior: "instant" });
  });

  const failed = ({ detail }) => {
    const form = detail.requestConfig?.elt?.closest("form:not([data-module~=saving])");
    const words = document.getElementById("answer-failed");
    if (!form || !words) return;
    forget();
    (form.closest(".act-words, .act")?.querySelector(".act-words") || form.closest(".act-words, .entry-body") || form).append(words.content.cloneNode(true));
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, failed);
})();
