"""Nothing that an account can make, by hand or by import, makes its pages slow for everyone (docs/security.md, R81).

Whatever there can be too much of has a bound. At the bound a sentence says so and what to do, what was typed is given back, and an import
leaves lines out and says why.
"""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.autosave.models import Draft
from accounts.models import Account, Session
from accounts.portability.models import ImportFile
from accounts.portability.parsing import read
from accounts.signin import throttle
from accounts.signin.throttle import TokenBucket
from accounts.signin.two_step import passkeys
from accounts.vault.models import PrivateModel, private_models
from accounts.vault.scope import acting_for
from checkins.models import CheckIn, Pause
from guide.models import Reading
from guide.supporters.models import Supporter
from roadmap.models import Action, LookBack, Review, SafetyCheck, Talk
from tests.accounts.test_drafts import keep
from tests.conftest import say_passphrase

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of everything are as many as there can be."""
    for model in private_models():
        if model.max_rows is not None:
            monkeypatch.setattr(model, "max_rows", 3)


def test_every_private_model_has_a_bound() -> None:
    """A model without one has a single row for each account, or says here what limits it."""
    limited_otherwise = {
        "HeldForm": "MAX_PER_ACCOUNT",
        "DeletedDays": "ten minutes, and the days that there were",
    }
    for model in private_models():
        unique = {name for constraint in model._meta.constraints for name in getattr(constraint, "fields", ()) if constraint.fields}
        assert model.max_rows is not None or unique == {"account"} or model.__name__ in limited_otherwise, model
    assert {model.__name__: model.max_rows for model in private_models() if model.max_rows} == {
        "Action": 200,
        "CheckIn": 4000,
        "Draft": 20,
        "LookBack": 50,
        "Pause": 500,
        "Review": 120,
        "SafetyCheck": 120,
        "Supporter": 100,
        "Talk": 300,
    }


def said(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_one_step_too_many_is_refused_with_its_words(owner: Client, partner: Account, few: None) -> None:
    for number in range(3):
        assert owner.post("/roadmap/actions/new/", {"title": f"Step {number}", "horizon": "7"}).status_code == 302

    refused = owner.post("/roadmap/actions/new/", {"title": "Ring Jo", "horizon": "7"})
    again = owner.post("/roadmap/actions/new/", {"title": "Step 1", "horizon": "7"})

    assert refused.status_code == 422
    assert "You have 3 steps of your own, which is the limit. Delete one that you no longer need" in said(refused)
    assert 'value="Ring Jo"' in said(refused)
    assert again.status_code == 302, "the same step, sent twice"
    with acting_for(partner):
        assert partner.actions.own().count() == 3


def test_one_talk_too_many_is_refused_with_its_words(owner: Client, partner: Account, few: None) -> None:
    plan = {"issue": "The weekends", "version": "0"}
    for number in range(3):
        assert owner.post("/roadmap/talks/new/", plan | {"issue": f"Plan {number}", "key": str(uuid4()), "save": "1"}).status_code == 302

    planned = owner.post("/roadmap/talks/new/", plan | {"key": str(uuid4()), "save": "1"})
    while_typing = owner.post("/roadmap/talks/new/", plan | {"key": str(uuid4())}, headers={"HX-Request": "true"})
    logged = owner.post(
        "/roadmap/talks/", {"own_words": "Asked for a walk", "response": "listened", "day": "2026-03-09", "key": str(uuid4())}
    )

    for refused, words in ((planned, "The weekends"), (while_typing, ""), (logged, "Asked for a walk")):
        assert refused.status_code == 422
        assert "You have 3 talks here, which is the limit. Delete one that you no longer need" in said(refused)
        assert words in said(refused)
    with acting_for(partner):
        assert partner.talks.count() == 3


def test_at_the_bound_what_is_there_can_still_be_changed(owner: Client, partner: Account, few: None) -> None:
    keys = [str(uuid4()) for _ in range(3)]
    for key in keys:
        owner.post("/roadmap/talks/new/", {"issue": "The weekends", "key": key, "version": "0", "save": "1"})
    with acting_for(partner):
        talk = partner.talks.get(key=keys[1])

    again = owner.post("/roadmap/talks/new/", {"issue": "The weekends", "key": keys[0], "version": "0", "save": "1"})
    changed = owner.post(f"/roadmap/talks/{talk.pk}/", {"issue": "The evenings", "version": "1", "save": "1"})

    assert (again.status_code, changed.status_code) == (302, 302)


def test_one_person_too_many_is_refused_with_its_words(owner: Client, few: None) -> None:
    for number in range(3):
        assert owner.post("/guide/support-map/", {"who": f"Jo {number}", "kind": "friend", "key": str(uuid4())}).status_code == 302

    refused = owner.post("/guide/support-map/", {"who": "Aunt Mo", "kind": "friend", "key": str(uuid4())})

    assert refused.status_code == 422 and "Aunt Mo" in said(refused)
    assert "There are 3 people on your map, which is the limit. Take one off that you no longer need" in said(refused)


def test_one_day_too_many_is_refused_with_its_words(owner: Client, few: None) -> None:
    words = {"gratitude_1": "Rain on the skylight", "version": "0"}
    for day in ("2020-01-01", "2020-01-02", "2020-01-03"):
        assert owner.post(f"/checkins/{day}/", words).status_code == 302

    refused = owner.post("/checkins/2020-01-04/", words)
    today = owner.post("/checkins/", words)

    assert refused.status_code == 422 and "Rain on the skylight" in said(refused)
    assert "You have written on 3 days, which is the limit. Delete a day that you no longer need" in said(refused)
    assert today.status_code == 302, "a day of the last year needs no count"


def test_one_round_and_one_step_too_many_while_looking_back(owner: Client, partner: Account, few: None) -> None:
    with acting_for(partner):
        for title in "abc":
            Action.add(partner, title=title, horizon=7)
    closing = {"now": "Calmer", "next_step": "Ring Jo", "as_step": "on", "then": "end", "close": "1", "version": "0"}

    refused = owner.post("/roadmap/looking-back/", closing)

    assert refused.status_code == 422 and "Ring Jo" in said(refused)
    assert "You have 3 steps of your own" in said(refused)
    with acting_for(partner):
        assert not partner.lookbacks.exists()


# Drafts


def test_one_draft_too_many_is_refused_unless_another_was_sent(owner: Client, partner: Account, few: None) -> None:
    words = {"title": ["Ring Jo"]}
    for place in ("/a/", "/b/", "/c/"):
        assert keep(owner, words, place) == 204

    refused = owner.post("/accounts/draft/", {"place": "/d/", "words": json.dumps(words)})
    assert refused.status_code == 422
    assert refused.content.decode().startswith("There are drafts of 3 forms already, which is the limit. Send this one")
    assert keep(owner, {"title": ["Ring Jo again"]}, "/c/") == 204, "one that is kept can be changed"

    assert keep(owner, {}, "/b/") == 204
    assert keep(owner, words, "/d/") == 204
    with acting_for(partner):
        assert {draft.place for draft in partner.drafts.all()} == {"/a/", "/c/", "/d/"}


def test_forms_that_were_sent_fill_no_table(owner: Client, partner: Account, few: None) -> None:
    for number in range(8):
        assert keep(owner, {}, f"/{number}/") == 204

    with acting_for(partner):
        assert partner.drafts.count() == 3


@pytest.mark.parametrize("letters", ["a" * Draft.MAX_BYTES, "ä" * (Draft.MAX_BYTES // 2)])
def test_a_draft_that_is_too_long_is_refused_in_a_sentence(owner: Client, letters: str) -> None:
    refused = owner.post("/accounts/draft/", {"place": "/a/", "words": json.dumps({"note": [letters]}, ensure_ascii=False)})

    assert refused.status_code == 413
    assert refused.content.decode() == "This is too much for a draft. Send the form with its button."
    assert owner.post("/accounts/draft/", {"place": "/a/", "words": json.dumps({"note": ["a" * 60_000]})}).status_code == 204


# Imports


def rows(name: str, number: int) -> list[dict[str, Any]]:
    days = [(date(2020, 1, 1) + timedelta(days=day)).isoformat() for day in range(number)]
    make = {
        "checkin": lambda at: {"day": days[at], "gratitude_1": "Rain"},
        "action": lambda at: {"title": f"Step {at}", "horizon": 7},
        "talk": lambda at: {"state": "held", "day": days[at], "issue": f"Talk {at}", "logged": True, "key": str(UUID(int=at))},
        "review": lambda at: {"day": days[at], "answers": {"q1": 3}, "finished": True},
        "safetycheck": lambda at: {"day": days[at], "answers": {}},
        "lookback": lambda at: {"round": at + 1, "since": days[at], "closed_on": days[at], "now": "Calmer"},
        "supporter": lambda at: {"who": f"Jo {at}", "kind": "friend"},
        "pause": lambda at: {"first": days[at], "last": days[at]},
    }[name]
    return [make(at) for at in range(number)]


def upload(account: Account, **lists: list[dict[str, Any]]) -> ImportFile:
    """A file with these rows, uploaded and previewed to its end."""
    content = json.dumps({"format": "even-keel", "version": 1, **lists}).encode()
    file = ImportFile.upload(account, read(content, account, at=NOW), at=timezone.now())
    while not file.is_previewed:
        file.preview(at=NOW)
    return file


MODELS: dict[str, type[PrivateModel]] = {
    "checkin": CheckIn,
    "action": Action,
    "talk": Talk,
    "review": Review,
    "safetycheck": SafetyCheck,
    "lookback": LookBack,
    "supporter": Supporter,
    "pause": Pause,
}


@pytest.mark.parametrize("name", MODELS)
def test_an_import_leaves_out_what_is_too_much_and_says_why(acting: Account, few: None, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Also when the preview comes in several parts, and the account has one already."""
    monkeypatch.setattr(ImportFile, "PREVIEW_BATCH", 2)
    upload(acting, **{name: rows(name, 1)}).apply(overwrite=False, at=NOW)

    file = upload(acting, **{name: rows(name, 6)})
    seen = [(line["outcome"], line.get("why", "")) for line in file.report]
    file.apply(overwrite=False, at=NOW)
    file.refresh_from_db()

    assert [(line["outcome"], line.get("why", "")) for line in file.report] == seen
    why = "An account can have 3 of these at most."
    assert seen == [("unchanged", ""), ("added", ""), ("added", ""), ("skipped", why), ("skipped", why), ("skipped", why)]
    assert MODELS[name].counted(acting).count() == 3


def test_the_articles_steps_do_not_count(acting: Account, few: None) -> None:
    upload(acting, action=[{"key": "read", "horizon": 7}, *rows("action", 3)]).apply(overwrite=False, at=NOW)

    assert acting.actions.own().count() == 3


def test_what_was_read_is_bounded_by_the_parts_that_there_are(acting: Account) -> None:
    entries = [{"part": f"part-{number}", "read_at": "2026-03-01T10:00:00+00:00"} for number in range(50)]
    upload(acting, partread=entries).apply(overwrite=False, at=NOW)

    assert Reading.of(acting).reads == []


def test_a_report_shows_200_lines_and_the_whole_list_is_a_file(owner: Client, partner: Account) -> None:
    say_passphrase(owner)
    with acting_for(partner):
        file = upload(partner, checkin=[*rows("checkin", 300), {"day": "2190-01-01"}])
        assert [len(lines) for _label, _count, lines in file.outcomes] == [199, 1]
    page = owner.get("/accounts/import/")

    assert "Added: 300" in said(page) and "Left out: 1" in said(page) and "This day has not come yet." in said(page)
    assert page.content.count(b"<li>") <= 200 + 20
    assert "200 lines are shown, and 101 are not." in said(page)
    whole = owner.get("/accounts/import/?report=1")
    lines = whole.content.decode().splitlines()
    assert whole["Content-Disposition"].startswith("attachment") and len(lines) == 301
    assert lines[0] == "Left out: Check-ins, Entry 301, Thursday 1 January 2999. This day has not come yet." or lines[300].startswith(
        "Left out"
    )


def test_the_page_of_an_import_reads_neither_the_file_nor_its_report(
    owner: Client, partner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    say_passphrase(owner)
    with acting_for(partner):
        upload(partner, checkin=rows("checkin", 5))
    opened: list[str] = []
    field = ImportFile._meta.get_field("contents")
    really = type(field).from_db_value
    monkeypatch.setattr(type(field), "from_db_value", lambda self, *args: opened.append(self.name) or really(self, *args))

    assert owner.get("/accounts/import/").status_code == 200

    assert "summary" in opened and not {"contents", "report"} & {*opened}


# Signing in


def test_one_session_too_many_ends_the_one_that_was_used_longest_ago(partner: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(partner.sessions.all()), "MAX_PER_ACCOUNT", 3)
    browsers = [Client() for _ in range(4)]
    for number, browser in enumerate(browsers):
        assert browser.post("/accounts/login/", {"login": "partner", "password": "four words nobody guesses"}).status_code == 302
        later = NOW + timedelta(days=3000)
        Session.objects.filter(owner=partner, expire_date__lt=later).update(expire_date=later + timedelta(minutes=number))

    assert partner.sessions.count() == 3
    assert browsers[3].get("/checkins/").status_code == 200
    assert [browser.get("/checkins/").status_code for browser in browsers] == [302, 200, 200, 200]


def test_one_passkey_too_many_is_refused(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "MAX_PASSKEYS", 0)
    say_passphrase(owner)

    refused = owner.post("/accounts/two-step/passkey/", {"credential": "{}"})

    assert refused.status_code == 422 and "You have 0 passkeys, which is the limit. Delete one first." in said(refused)


# Pages of much


def test_with_many_steps_a_row_leads_to_its_own_page(owner: Client, partner: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_for(partner):
        step = Action.add(partner, title="Ring Jo", horizon=7)
    whole = said(owner.get("/roadmap/"))
    monkeypatch.setattr("roadmap.outline.MAX_WHOLE_ROWS", 10)

    short = said(owner.get("/roadmap/"))

    assert f'<a href="/roadmap/actions/{step.pk}/">Change this step</a>' in short and "Change this step" not in whole
    assert short.count("<button") < whole.count("<button") / 2
    assert short.count("Ring Jo") >= 1


def test_the_last_of_very_many_steps_are_links(owner: Client, partner: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_for(partner):
        steps = [Action.add(partner, title=f"Ring Jo, {number}", horizon=7) for number in range(5)]
    monkeypatch.setattr("roadmap.outline.MAX_ROWS_EACH", 3)

    page = said(owner.get("/roadmap/"))

    assert f'<a href="/roadmap/actions/{steps[-1].pk}/">Ring Jo, 4</a>' in page
    assert f'action="/roadmap/actions/{steps[-1].pk}/"' not in page, "it is ticked on its own page"
    assert f'action="/roadmap/actions/{steps[0].pk}/"' in page


@pytest.mark.parametrize("path", ["/search/", "/checkins/history/"])
def test_searches_of_an_account_are_counted(owner: Client, path: str) -> None:
    """Each opens everything that was written."""
    assert owner.post(path, {"q": "rain"}).status_code == 200
    [bucket] = TokenBucket.objects.all()
    assert bucket.tokens == throttle.SEARCHES.burst - 1
    TokenBucket.objects.update(tokens=0, filled_at=timezone.now() + timedelta(hours=1))

    assert owner.post(path, {"q": "rain"}).status_code == 429
    assert owner.get(path).status_code == 200
