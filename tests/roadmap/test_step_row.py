"""Rows of steps drawn from a pattern say what their template says."""

from datetime import date
from itertools import product

import pytest
from django.template.loader import render_to_string

from accounts.models import Account
from accounts.vault.scope import acting_for
from roadmap.models import Action, Roadmap
from roadmap.outline import Step

TODAY = date(2026, 11, 22)
WORDS = "Walk <b>& 100% talk</b> %(id)s {{ x }}"


@pytest.mark.parametrize("key", [None, "smaller-ask", "three-two-one"])
@pytest.mark.parametrize("state", [{}, {"done_on": date(2026, 11, 3)}, {"set_aside_on": date(2025, 11, 3)}])
def test_a_row_is_what_its_template_renders(partner: Account, key: str | None, state: dict[str, date]) -> None:
    with acting_for(partner):
        roadmap = Roadmap.of(partner)
    for started_on, due_on, note, is_short in product(
        [TODAY, date(2026, 1, 1)], [None, date(2026, 11, 25)], ["", f"One\nline, {WORDS}"], [False, True]
    ):
        roadmap.started_on = started_on
        action = Action(account=partner, key=key, title="" if key else WORDS, horizon=30, due_on=due_on, note=note, **state)
        step = Step(action, roadmap, TODAY, is_short=is_short)

        assert step.row == render_to_string("roadmap/_step.html", {"step": step, "opened": False, "is_shared": True})
