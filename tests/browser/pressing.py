"""Presses every button of a page, and looks at what each press does: something is heard, focus is kept, and the page does not jump."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import ElementHandle, Error, Page, TimeoutError

# How far the page may move by itself, in CSS pixels.
MAX_MOVED_PX = 80
# How often it is looked whether the page has answered, a tenth of a second apart.
TRIES = 30
# How long a page that a press led to may take to say something.
ARRIVAL_WAIT_MS = 3000
# How long words that are being saved are waited for before the next press.
SAVE_WAIT_MS = 10_000

# Keeps what a screen reader would say: text that comes into a region that was there before, or a new alert. What comes with a page is
# no answer: it is read as part of it.
LISTEN = """(() => {
  window.heard = [];
  window.print = () => {};
  const live = '[role=status], [role=alert], [aria-live]';
  const keep = (region) => { const text = region?.innerText?.trim(); if (text) window.heard.push(text); };
  const start = () => new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      keep((target.closest ? target : target.parentElement)?.closest(live));
      for (const added of addedNodes) {
        const alert = added.matches?.('[role=alert]') ? added : added.querySelector?.('[role=alert]');
        if (alert?.checkVisibility()) keep(alert);
      }
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
  document.addEventListener('readystatechange', () => {
    for (const alert of document.querySelectorAll('[role=alert]')) if (alert.checkVisibility()) keep(alert);
    start();
  }, { once: true });
})()"""

# Every fold open, and every button that a person can press, each with its kind: what is written on it and its name.
BUTTONS = """() => {
  for (const fold of document.querySelectorAll('main details')) { fold.removeAttribute('name'); fold.open = true; }
  const found = document.querySelectorAll('main button, main [type=submit], main label.chip');
  return [...found].filter((each) => each.checkVisibility() && !each.matches('[aria-hidden], :disabled') && !each.closest('[aria-hidden]'));
}"""
KIND = """(button) => {
  if (button.matches('.chip')) return `chip ${button.getAttribute('name') || button.querySelector('input').name}`;
  const words = (button.innerText || button.value).split(':')[0].trim();
  return `${button.getAttribute('name') || ''} ${words}`.trim();
}"""
# Finds the same button again on the page that follows.
SELECTOR = "(button) => button.id ? `#${CSS.escape(button.id)}` : ''"
ALL_IS_SAVED = "() => !document.querySelector('[data-saving=dirty], [data-saving=sending]')"
# A toggle says its own state, and what is printed is its own answer.
SAYS_ITS_STATE = "(button) => button.matches('[aria-pressed]:not([name]), [aria-expanded], [data-module=print]')"
# What there is to see and hear. A page is at rest when no form is on its way and it will not be loaded again (static/js/forms.js). What
# went wrong gets focus and is scrolled to; a field that lacks something is said by the browser itself.
SEEN = """(same) => {
  const at = document.activeElement;
  return {
    path: location.pathname,
    at_rest: !document.querySelector('main [aria-busy=true]') && history.state?.pressed === undefined,
    heard: [...new Set(window.heard)].join(' / '),
    scrolled: scrollY,
    top: same ? document.querySelector(same)?.getBoundingClientRect().top ?? null : null,
    has_focus: Boolean(at && at !== document.body),
    on_alert: Boolean(at?.closest('[role=alert]')),
    browser_says_it: Boolean(at?.matches('input:invalid, textarea:invalid')),
  };
}"""


@dataclass(frozen=True)
class Press:
    """What one press did. `heard` is what was said, also by a page that it led to; `moved` is how far what is on the screen moved by
    itself, in CSS pixels."""

    kind: str
    heard: str
    moved: float
    focus_lost: bool
    left_page: bool
    needs_words: bool = True

    @property
    def fault(self) -> str:
        """What is wrong with it; empty if nothing is."""
        if self.left_page:
            return ""
        wrong = {
            "nothing was heard": self.needs_words and not self.heard,
            f"the page moved {self.moved:.0f} px": self.moved >= MAX_MOVED_PX,
            "focus is lost": self.focus_lost,
        }
        return ", ".join(words for words, is_so in wrong.items() if is_so)


def listen(page: Page) -> None:
    """Needed once, before `press_all`: from the next page on what is said is kept."""
    page.add_init_script(LISTEN)


def press_all(page: Page, address: str, *, last: tuple[str, ...] = (), never: tuple[str, ...] = (), most: int = 1) -> list[Press]:
    """Press `most` buttons of each kind on the page at `address`, and each Undo that a press brings.

    Those whose kind is in `last` come after all others, because they end what the page shows; those in `never` are not pressed.
    """
    page.goto(address)
    path, pressed, presses = page.evaluate("location.pathname"), Counter[str](), []
    while found := _next(page, pressed, last, never, most):
        kind, button = found
        pressed[kind] += 1
        presses += press(page, kind, button)
        undo = page.query_selector("main button.undo")
        presses += press(page, f"Undo of {kind}", undo) if undo else []
        if page.evaluate("location.pathname") != path:
            page.goto(address)
    return presses


def faults(presses: list[Press]) -> list[str]:
    return [f"{press.kind}: {press.fault}" for press in presses if press.fault]


def _next(page: Page, pressed: Counter[str], last: tuple[str, ...], never: tuple[str, ...], most: int) -> tuple[str, ElementHandle] | None:
    buttons = page.evaluate_handle(BUTTONS).get_properties().values()
    each = [(str(found.evaluate(KIND)), found) for button in buttons if (found := button.as_element())]
    left = [(kind, button) for kind, button in each if pressed[kind] < most and kind not in never and not kind.startswith("undo ")]
    return min(left, key=lambda one: one[0] in last, default=None)


def press(page: Page, kind: str, button: ElementHandle) -> list[Press]:
    """What the press did; nothing if the button has gone meanwhile."""
    says_its_state = button.evaluate(SAYS_ITS_STATE)
    # What an earlier press has not finished saving would be taken for what this one does.
    with suppress(TimeoutError):
        page.wait_for_function(ALL_IS_SAVED, timeout=SAVE_WAIT_MS)
    # In the middle, where no bar is in the way: the page would be scrolled once more.
    button.evaluate("(button) => button.scrollIntoView({ block: 'center', behavior: 'instant' })")
    page.wait_for_timeout(50)
    same = button.evaluate(SELECTOR)
    if not (box := button.bounding_box()):
        return []
    before = page.evaluate(SEEN, same) | {"top": box["y"]}
    page.evaluate("() => { window.heard = []; }")
    button.click()
    after = _seen(page, same, before["path"], needs_words=not says_its_state)
    if after["path"] != before["path"]:
        return [Press(kind, _heard_on_arrival(page), 0, focus_lost=False, left_page=True)]
    needs_words = not says_its_state and not after["browser_says_it"]
    moved = 0.0 if after["on_alert"] else _moved(before, after)
    return [Press(kind, after["heard"], moved, focus_lost=not after["has_focus"], left_page=False, needs_words=needs_words)]


def _seen(page: Page, same: str, path: str, *, needs_words: bool) -> dict[str, Any]:
    """The page once it has answered. A press may load it again, and a busy machine takes its time."""
    seen: dict[str, Any] = {}
    for _ in range(TRIES):
        page.wait_for_timeout(100)
        try:
            page.wait_for_load_state()
            seen = page.evaluate(SEEN, same)
        except Error:
            continue
        if seen["path"] != path:
            break
        if seen["at_rest"] and seen["has_focus"] and (seen["heard"] or seen["browser_says_it"] or not needs_words):
            # Once it has come to rest: what was said may be heard while the page is still being laid out.
            page.wait_for_timeout(300)
            with suppress(Error):
                seen = page.evaluate(SEEN, same)
            break
    return seen


def _moved(before: dict[str, Any], after: dict[str, Any]) -> float:
    """How far the page was scrolled, or how far what was pressed moved on the screen; the lesser, as content may have gone above it."""
    by_page = float(abs(after["scrolled"] - before["scrolled"]))
    return by_page if after["top"] is None else min(by_page, float(abs(after["top"] - before["top"])))


def _heard_on_arrival(page: Page) -> str:
    """What a page says that was led to; empty if it says nothing."""
    if not page.query_selector("main :is([role=status], [role=alert]):not(#saved)"):
        return ""
    with suppress(TimeoutError):
        page.wait_for_function("() => window.heard.length", timeout=ARRIVAL_WAIT_MS)
    return " / ".join(dict.fromkeys(page.evaluate("window.heard")))
